"""What nearly every share link says, word for word: links of the second version are packed against it, so it is never changed.

It is what such a link would hold: the words of less usual parts first, then a whole workload. Only what differs from it takes room in a
link. A word that is not here travels all the same; other words are another version.
"""

WORDS = (
    b'"azure_code_week","azure_conversation_week","servegen_large","servegen_mid","servegen_small","servegen_deepseek_r1","azure_2023_co'
    b'nversation","mooncake_synthetic""steady","day_and_night","weekly","launch_spike","batch_window","idle_then_burst""effort":"none","'
    b'low","high","xhigh","max","tokenizer":"o200k","lifetime":"5m","30m","1h","12h","explicit":false"features":["tools","structured_out'
    b'put","vision","pdf"],"regions":["eu","us"],"class":"frontier","balanced","fast""zero_retention":true,"fallback":false,"streaming":'
    b'false,"cached":false,"service":"flex","priority","policy":"wait","retry""targets":{"cost":{"good":1,"unacceptable":0.9},"latency":'
    b'{"good":0.95,"unacceptable":0.5},"own_limits":{"openai/gpt-5.6-sol":{"rpm":null,"rpd":null,"tpm":null,"tpd":null,"itpm":null,"otpm'
    b'":null,"concurrency":null,"monthly_cap_usd":null,"origin":"headers","api","console","seen":null},"own_latency":{"anthropic/claude-'
    b'opus-5":{"readings":[{"at_input_tokens":1000,"n":40,"p50_s":0.8,"p95_s":null,"warm_p50_s":null},{"at_input_tokens":50000,"n":40,"p'
    b'50_s":1.5,"p95_s":2.4,"warm_p50_s":0.9}],"tps":null,"thinks":false,"effort":null,"region":null,"seen":"2026-12-01"},"thinks":true,'
    b'"evals":{"google/gemini-3.1-pro-preview":{"pass_rate":0.9,"n":200},"google/gemini-3.5-flash-lite":{"pass_rate":0.9,"n":200},"googl'
    b'e/gemini-3.8-flash":{"pass_rate":0.9,"n":200},"google/gemini-4-argon":{"pass_rate":0.9,"n":200},"xai/grok-4.7":{"pass_rate":0.9,"n'
    b'":200},"mistral/mistral-medium-3-5":{"pass_rate":0.9,"n":200},"mistral/mistral-large-4":{"pass_rate":0.9,"n":200},"deepseek/deepse'
    b'ek-v4-pro":{"pass_rate":0.9,"n":200},"groq/gpt-oss-120b":{"pass_rate":0.9,"n":200},"cerebras/":{"pass_rate":0.9,"n":200},"bedrock/'
    b'":{"pass_rate":0.9,"n":200},"vertex/":{"pass_rate":0.9,"n":200},"azure/gpt-6.1-sol":{"pass_rate":0.9,"n":200},"openai/gpt-5.4-mini'
    b'":{"pass_rate":0.9,"n":200},"openai/gpt-5.6-terra":{"pass_rate":0.9,"n":200},"openai/gpt-6-astra":{"pass_rate":0.9,"n":200},"opena'
    b'i/gpt-6.1-sol":{"pass_rate":0.9,"n":200},"openai/gpt-6-luna":{"pass_rate":0.9,"n":200},"openai/gpt-6-sol":{"pass_rate":0.9,"n":200'
    b'},"anthropic/claude-fable-5-2":{"pass_rate":0.9,"n":200},"anthropic/claude-haiku-5-5":{"pass_rate":0.9,"n":200},"anthropic/claude-'
    b'opus-5-5":{"pass_rate":0.9,"n":200},"anthropic/claude-sonnet-5-5":{"pass_rate":0.9,"n":200}}"tiers":{"google":"tier1","tier2","xai'
    b'":"tier3","mistral":"tier4","azure":"tier5","deepseek":"single","groq":"developer","openai":"grow","anthropic":"scale"},"baseline"'
    b':"openai/gpt-6-sol"},"p":{"weights""name":"Support chatbot","RAG over documents","Classification pipeline","Code assistant","Docum'
    b'ent analysis in the background","Long-running agent""class":"balanced","features":["tools"],"providers":["openai","anthropic","goo'
    b'gle","xai","mistral","deepseek"],"least_success":0.8,"retention_agreed":["anthropic"],"own_limits":{},"own_latency":{},"evals":{},'
    b'"tiers":{"openai":"launch","anthropic":"scale"},"baseline":null},"p":{"weights":{"cost":0.4,{"w":{"name":"My workload","traffic":{'
    b'"requests_per_day":10000,"active_hours":24,"starts_utc":null,"peak_factor":3,"batch_share":0,"growth_per_month":0,"shape":"working'
    b'_day","trace":null,"burstiness":1,"ramp_minutes":5,"users":null},"tokens":{"input_mean":1200,"input_p95":null,"input_p50":null,"ou'
    b'tput_mean":300,"output_p95":null,"output_p50":null,"reasoning_mean":0,"effort":"medium","tokenizer":"own"},"caching":{"prefix_toke'
    b'ns":0,"hit_rate":null,"prefixes":1,"lifetime":null,"explicit":true},"conversation":{"turns":null,"user_tokens":150,"pause_s":60,"c'
    b'ached":true},"context":{"system_tokens":800,"tools_tokens":0,"chunks":0,"chunk_tokens":500,"turns":1,"turn_tokens":400,"output_res'
    b'erve_tokens":1024},"retrieval":{"documents":1000,"document_tokens":6000,"document_p95_tokens":18000,"overlap_share":0.1,"top_k":nu'
    b'll,"whole_documents":1},"history":{"kept_turns":2,"summary_tokens":400},"budget":{"monthly_usd":5000,"ttft_s":1.5,"response_s":8,"'
    b'percentile":95,"streaming":true},"needs":{"class":"balanced","features":[],"providers":["openai","anthropic"],"least_success":null'
    b',"retention_agreed":[],"zero_retention":false,"regions":[],"fallback":true,"review_by":null},"billing":{"service":"standard","disc'
    b'ounts":{},"gateway_fee":0,"billed_failures":0},"tools":{"web_searches":0,"file_searches":0,"code_sessions":0},"task":{"calls":1,"r'
    b'ound_trips":0,"success_rate":null,"success_rates":{}},"spreads":{"volume":0.2,"input_tokens":0.1,"output_tokens":0.1,"hit_rate":0.'
    b'3,"prefixes":0.3,"reasoning":0.5,"tokenizer":1},"clients":{"policy":"refuse","target_share":0.99,"max_wait_s":null,"retries":2,"fi'
    b'rst_backoff_s":0.5,"backoff_cap_s":8,"retry_after":true},"own_limits":{},"own_latency":{},"evals":{},"tiers":{"openai":"launch","a'
    b'nthropic":"scale"},"baseline":null},"p":{"weights":{"cost":0.4,"latency":0.3,"rate_limits":0.2,"context_window":0.1},"targets":{"c'
    b'ost":null,"latency":null,"rate_limits":null,"context_window":null}},"on":"2026-12-01","d":"0123456789ab"}'
)
"""JSON, in pieces that need not begin or end with a word."""
