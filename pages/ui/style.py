"""The page's own few style rules; colours follow the theme by `light-dark()` and `currentColor`."""

from __future__ import annotations

import streamlit as st

_RULES = """
<style>
.block-container {padding-top: 2.4rem; padding-bottom: 4rem; max-width: 1280px;}
body:has([data-testid=stExpandSidebarButton]) .block-container {padding-top: 4rem;}
[data-testid=stExpandSidebarButton] {width: auto !important; padding: 0 .6rem !important;}
[data-testid=stExpandSidebarButton]::after {content: "Inputs"; font-weight: 600; padding-left: .35rem; white-space: nowrap;}
h1 {font-size: 2rem !important; padding: .35rem 0 .1rem !important;}
h3 {font-size: 1.3rem !important;}
.fa-brand {font-weight: 700; letter-spacing: .01em; white-space: nowrap; padding-right: .5rem; line-height: 2rem; display: inline-block;}
.st-key-menu {border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); padding-bottom: .25rem; align-items: center;}
.fa-headline {font-size: 1.3rem; line-height: 1.45; font-weight: 600; margin: 0 0 .25rem; text-wrap: pretty; overflow-wrap: anywhere;}
.fa-finding {font-weight: 600; margin: .25rem 0 0; text-wrap: pretty; overflow-wrap: anywhere;}
.fa-scroll {overflow: auto; max-height: 34rem;}
.st-key-difference_table .fa-scroll {max-height: none;}
.st-key-overflow_table table.fa td.w {min-width: 7rem;} .st-key-overflow_table table.fa td.id {min-width: 7rem;}
.st-key-overflow_table table.fa :is(th, td) {white-space: normal;} .st-key-overflow_table table.fa td:nth-last-child(2) {min-width: 20rem;}
:is(.st-key-limit_table, .st-key-detail_table) :is(table.fa th, table.fa td:not(.n)) {white-space: normal;}
:is(.st-key-limit_table, .st-key-detail_table) table.fa :is(th, td) {padding-left: .45rem; padding-right: .45rem;}
:is(.st-key-limit_table, .st-key-detail_table) table.fa th {vertical-align: bottom;} .st-key-limit_table table.fa td.w {min-width: 10rem;}
.st-key-limit_table table.fa td:nth-last-child(4) {min-width: 6.6rem;}
:is(.st-key-context_table, .st-key-retrieval_table, .st-key-budget_table, .st-key-turns_table, .st-key-documents_table) table.fa th
  {white-space: normal; vertical-align: bottom;}
:is(.st-key-context_table, .st-key-retrieval_table, .st-key-budget_table, .st-key-turns_table, .st-key-documents_table) table.fa :is(th, td)
  {padding-left: .4rem; padding-right: .4rem;}
.st-key-context_table table.fa td.id {min-width: 9.5rem;}
.st-key-context_table table.fa td.n small {display: inline-block; max-width: 5.2rem; white-space: normal; text-wrap: balance;}
:is(.st-key-context_table, .st-key-retrieval_table) table.fa td:not(.n) {white-space: normal;}
:is(.st-key-context_table, .st-key-retrieval_table) table.fa td:not(.n, .id) {min-width: 6.4rem;}
.st-key-context_table table.fa td:first-child {min-width: 0;}
table.fa {border-collapse: separate; border-spacing: 0; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums;
  --ground: light-dark(#ffffff, #0f141b);}
table.fa th {text-align: left; font-weight: 600; padding: .4rem .6rem; white-space: nowrap; position: sticky; top: 0;
  z-index: 2; background: var(--ground);
  border-bottom: 2px solid color-mix(in srgb, currentColor 25%, transparent);}
table.fa td {padding: .35rem .6rem; border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent);
  vertical-align: top; white-space: nowrap;}
table.fa td.w {min-width: 13rem; white-space: normal; overflow-wrap: anywhere;}
table.fa td.n, table.fa th.n {text-align: right;}
table.fa td.id {font-weight: 600; white-space: normal; overflow-wrap: anywhere; min-width: 11.5rem; position: sticky;
  left: 0; z-index: 1; background: var(--ground);}
table.fa th.id {left: 0; z-index: 3;}
table.fa td.id small {display: block; font-size: .75rem; font-weight: 400; opacity: .75;}
table.fa a {color: light-dark(#0b57d0, #79b8ff); text-underline-offset: .15em;}
table.fa tr.on td {background: color-mix(in srgb, #1f6feb 14%, var(--ground));}
table.fa tr.out td {color: color-mix(in srgb, currentColor 72%, transparent);}
.fa-badge {display: inline-block; border-radius: 999px; padding: 0 .5rem; font-size: .78rem; line-height: 1.35rem;
  font-weight: 600; white-space: nowrap; border: 1px solid;}
.fa-meets {color: light-dark(#116329, #56d364);} .fa-fails {color: light-dark(#a40e26, #ff7b72);}
.fa-unresolved {color: light-dark(#7d4e00, #e3b341);} .fa-unknown {color: light-dark(#57606a, #9ea7b3);}
[data-testid=stBaseButton-primary], [data-tag], [data-tag] button {color: light-dark(#ffffff, #0b1220) !important;}
.fa-line {white-space: nowrap;}
.fa-muted {opacity: .75;}
abbr.fa-term {text-decoration: underline dotted; text-decoration-thickness: 1px; text-underline-offset: .22em; cursor: help;
  anchor-scope: --fa-term;}
abbr.fa-term:focus {outline: 2px solid #1f6feb; outline-offset: 2px; border-radius: .15rem; anchor-name: --fa-term;}
abbr.fa-term:focus::after {content: attr(title); position: fixed; position-anchor: --fa-term; position-area: bottom span-right;
  position-try-fallbacks: flip-inline, flip-block, flip-block flip-inline; z-index: 20; width: max-content; max-width: min(20rem, 80vw);
  margin: .3rem 0; padding: .5rem .65rem; border-radius: .4rem; white-space: normal; text-align: left; font-size: .82rem; line-height: 1.4;
  font-weight: 400; color: light-dark(#1f2328, #e6edf3); background: light-dark(#ffffff, #1b222c);
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); box-shadow: 0 4px 14px rgb(0 0 0 / .22);}
.st-key-what_if:has(.st-key-pin) {margin: -.8rem 0 -1rem;} .st-key-pin button {padding-left: 0;}
.st-key-what_if:has(.st-key-unpin) {border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: .6rem;
  padding: .55rem .8rem; gap: .4rem; box-shadow: inset 3px 0 0 #1f6feb;}
.st-key-what_if_foot p {font-size: .9rem;} .st-key-what_if_foot button {min-height: 2rem; padding: .1rem .6rem;}
.st-key-what_if_table td.id, .st-key-what_if_table th.id {min-width: 4rem !important;}
.fa-terms {display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: .35rem 1.2rem; font-size: .92rem;
  margin: 0 0 1rem; padding: 0;}
dl.fa-terms {padding: 0 !important; margin-left: 0 !important;} .fa-terms dt {font-weight: 600;}
.fa-terms dt, .fa-terms dd {margin: 0 !important; padding: 0 !important; max-width: 52rem;}
[class*=st-key-typed-] > div {min-width: 10.5rem;}
.fa-picture {display: block; width: 26.25rem; max-width: 100%; height: auto;}
.fa-card {border: 1px solid color-mix(in srgb, currentColor 18%, transparent); border-radius: .6rem; padding: .7rem .9rem;}
.fa-card b {clear: both; font-size: 1.3rem; line-height: 1.35; display: block; overflow-wrap: anywhere;} .fa-card small {opacity: .78;
  display: block; text-wrap: pretty;}
.fa-card .fa-badge {float: right; margin-left: .4rem;}
.fa-cards {display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .75rem; margin: .25rem 0 .5rem;}
@media (max-width: 1000px) {.fa-cards {grid-template-columns: repeat(2, minmax(0, 1fr));}}
@media (max-width: 640px) {
  [class*=st-key-side_] table.fa td {white-space: normal; min-width: 0 !important;} [class*=st-key-side_] .fa-badge {display: block;
  width: fit-content;} [class*=st-key-side_] table.fa td.id {min-width: 5.6rem !important; max-width: 6.5rem;}
  [class*=st-key-side_] table.fa th {white-space: normal; overflow-wrap: anywhere; min-width: 4.6rem;}
  .st-key-overflow_table table.fa td:nth-last-child(2) {min-width: 14rem;} .st-key-context_table table.fa td.id {min-width: 8.2rem;}
  .st-key-outage_figures table.fa td {white-space: normal; min-width: 0 !important;}
  .fa-terms {grid-template-columns: 1fr; gap: .1rem;} .fa-terms dd {padding-bottom: .5rem !important;}
  .block-container {padding-left: .9rem; padding-right: .9rem;} h1 {font-size: 1.6rem !important;} .fa-headline {font-size: 1.1rem;}
  .st-key-menu {gap: 0 !important;} .st-key-menu a {padding: .1rem .35rem !important;}
  .fa-card {padding: .6rem .7rem;} .fa-card b {clear: both; font-size: 1.1rem;} .fa-card .fa-badge {float: none; margin: 0 0 .15rem;}
  table.fa td.id {min-width: 8.2rem;} table.fa td, table.fa th {padding-left: .4rem; padding-right: .4rem;}
}
</style>
"""


def style() -> None:
    """Put the rules on the page."""
    st.html(_RULES)
