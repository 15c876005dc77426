"""Pages of the kpis app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kpis.views import (
    backtests,
    by_hand,
    definitions,
    evidence,
    goals,
    imports,
    index,
    kpi,
    kpi_rules,
    locks,
    parts,
    paths,
    readings,
    reporting,
    rules,
    sources,
)
from kpis.views.grid import cells as grid_cells
from kpis.views.grid import page as grid_page
from kpis.views.grid import sheet as grid_sheet

app_name = "kpis"

urlpatterns: list[URLPattern | URLResolver] = [
    path("kpis/", index.index, name="index"),
    path("kpis/new/", definitions.kpi_new, name="kpi_new"),
    path("kpis/<slug:code>/", kpi.kpi, name="kpi"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:pk>/", imports.import_job, name="import"),
    path("imports/<int:pk>/format/", imports.import_format, name="import_format"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/load/", imports.import_load, name="import_load"),
    path("imports/<int:pk>/again/", imports.import_again, name="import_again"),
    path("imports/<int:pk>/drop/", imports.import_drop, name="import_drop"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/results.csv", imports.import_results, name="import_results"),
    path("entry/", grid_page.entry, name="entry"),
    path("entry/cells/", grid_cells.entry_cells, name="entry_cells"),
    path("entry/presence/", grid_cells.entry_presence, name="entry_presence"),
    path("entry/evidence/", grid_cells.entry_evidence, name="entry_evidence"),
    path("entry/due.xlsx", grid_sheet.due_sheet, name="due_sheet"),
    path("entry/upload/", grid_sheet.entry_upload, name="entry_upload"),
    path("kpis/<slug:code>/chart.svg", kpi.chart, name="chart"),
    path("kpis/<slug:code>/edit/", definitions.kpi_edit, name="kpi_edit"),
    path("kpis/<slug:code>/definition/", definitions.kpi_redefine, name="kpi_redefine"),
    path("kpis/<slug:code>/parts/", parts.kpi_parts, name="kpi_parts"),
    path("kpis/<slug:code>/parts/change/", parts.kpi_part, name="kpi_part"),
    path("kpis/<slug:code>/end/", definitions.kpi_retire, name="kpi_retire"),
    path("kpis/<slug:code>/targets/", goals.target_new, name="target_new"),
    path("kpis/<slug:code>/readings/new/", readings.reading_new, name="reading_new"),
    path(
        "kpis/<slug:code>/readings/<int:pk>/correct/",
        readings.reading_correct,
        name="reading_correct",
    ),
    path(
        "kpis/<slug:code>/readings/<int:pk>/retract/",
        readings.reading_retract,
        name="reading_retract",
    ),
    path(
        "kpis/<slug:code>/readings/<int:pk>/verify/",
        readings.reading_verify,
        name="reading_verify",
    ),
    path(
        "kpis/<slug:code>/readings/<int:pk>/choose/",
        readings.reading_choose,
        name="reading_choose",
    ),
    path("kpis/<slug:code>/readings/<int:pk>/final/", readings.reading_final, name="reading_final"),
    path("kpis/<slug:code>/readings/<int:pk>/files/", evidence.reading_files, name="reading_files"),
    path(
        "kpis/<slug:code>/readings/<int:pk>/files/<int:row>/",
        evidence.reading_file,
        name="reading_file",
    ),
    path(
        "kpis/<slug:code>/readings/<int:pk>/files/<int:row>/withdraw/",
        evidence.reading_file_withdraw,
        name="reading_file_withdraw",
    ),
    path("kpis/<slug:code>/sources/", sources.kpi_sources, name="kpi_sources"),
    path("reporting/", reporting.reporting, name="reporting"),
    path("reporting/reporting.csv", reporting.reporting_csv, name="reporting_csv"),
    path("reporting/remind/", reporting.reporting_remind, name="reporting_remind"),
    path("programmes/<slug:code>/locks/", locks.locks, name="locks"),
    path("programmes/<slug:code>/locks/<int:pk>/lift/", locks.lock_lift, name="lock_lift"),
    path("deviations/<int:pk>/", kpi.deviation, name="deviation"),
    path("revisions/<int:revision>/goals/<uuid:key>/kpis/", goals.goal, name="goal"),
    path(
        "revisions/<int:revision>/kpis/<slug:code>/targets/", goals.target_edit, name="target_edit"
    ),
    path("programmes/<slug:code>/back-tests/", backtests.backtests, name="backtests"),
    path("programmes/<slug:code>/back-tests/new/", backtests.backtest_new, name="backtest_new"),
    path("programmes/<slug:code>/back-tests/<int:pk>/", backtests.backtest, name="backtest"),
    path("programmes/<slug:code>/rules/", rules.rules, name="rules"),
    path("programmes/<slug:code>/rules/<int:pk>/", rules.rule, name="rule"),
    path("programmes/<slug:code>/rules/<int:pk>/owner/", rules.rule_owner, name="rule_owner"),
    path("programmes/<slug:code>/rules/new/<slug:kind>/", rules.rule_install, name="rule_install"),
    path("kpis/<slug:code>/status/", by_hand.kpi_status, name="kpi_status"),
    path("kpis/<slug:code>/status/back/", by_hand.kpi_status_back, name="kpi_status_back"),
    path("kpis/<slug:code>/paths/", paths.paths, name="paths"),
    path("kpis/<slug:code>/baselines/", by_hand.kpi_baselines, name="kpi_baselines"),
    path(
        "kpis/<slug:code>/baselines/<int:pk>/withdraw/",
        by_hand.baseline_withdraw,
        name="baseline_withdraw",
    ),
    path("kpis/<slug:code>/rules/", kpi_rules.kpi_rules, name="kpi_rules"),
    path("kpis/<slug:code>/rules/<slug:kind>/", kpi_rules.kpi_rule, name="kpi_rule"),
    path("kpis/<slug:code>/rules/<slug:kind>/back/", kpi_rules.kpi_rule_back, name="kpi_rule_back"),
]
