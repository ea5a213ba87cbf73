import streamlit as st

from framework.report import price_search
from framework.report.price_lines import summary
from pages.ui import price_cells, price_views, show
from pages.ui.frame import finish, frame

page = frame("Prices")
lines, differences = price_views.read(page)
show.headline(summary(lines, page.on))
asked = price_views.asked(page.provider_names)
found = price_search.matching(lines, asked)
views = dict(zip(price_cells.VIEWS, st.tabs(price_cells.VIEWS, on_change="rerun", key="view", bind="query-params"), strict=True))
draw = {
    price_cells.ALL: lambda: price_views.price_list(page, found, len(lines)),
    price_cells.ONE: lambda: price_views.one_offer(page, found, differences),
    price_cells.AHEAD: lambda: price_views.changes_ahead(page, found),
    price_cells.RETIRING: lambda: price_views.retirement_calendar(page, found),
    price_cells.DIFFERING: lambda: price_views.lists_that_differ(page, found, differences),
}
for name, view in views.items():
    if view.open:
        with view:
            if found:
                draw[name]()
            else:
                price_views.nothing(price_search.nothing_found(lines, asked))
show.sources(page.catalogue, [line.offer for line in found], {"price": "Prices", "retirement": "Retirement"})
finish()
