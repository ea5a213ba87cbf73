import streamlit as st

from pages.ui import compare, controls, terms
from pages.ui.frame import finish, frame

page = frame("Compare")
with st.sidebar:
    controls.providers(page.provider_names)

views = dict(zip(compare.VIEWS, st.tabs(compare.VIEWS, on_change="rerun", key="side", bind="query-params"), strict=True))
if views[compare.WORKLOADS].open:
    with views[compare.WORKLOADS]:
        compare.two_workloads(page)
if views[compare.PROVIDERS].open:
    with views[compare.PROVIDERS]:
        compare.two_providers(page)
if views[compare.GLOSSARY].open:
    with views[compare.GLOSSARY]:
        terms.all_terms()
finish()
