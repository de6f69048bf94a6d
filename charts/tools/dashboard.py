"""The Grafana dashboard: one row of PANELS a panel. chart_test.py checks that every metric of the
program has one."""
import json

P = "sidecar_injector_"
ALL = '{namespace="$namespace"}'

# Title, unit, and for each line: expression and legend.
ROWS = [
    ("Admission", [
        ("Decisions by reason", "reqps", [
            (f"sum by (reason) (rate({P}admission_decisions_total{ALL}[$__rate_interval])) > 0", "{{reason}}")]),
        ("Admission time", "s", [
            (f"histogram_quantile({q}, sum by (le) (rate({P}admission_duration_seconds_bucket{ALL}[$__rate_interval])))", n)
            for q, n in ((0.5, "p50"), (0.99, "p99"), (0.999, "p99.9"))]),
        ("Template errors", "reqps", [
            (f"sum by (pod) (rate({P}template_errors_total{ALL}[$__rate_interval]))", "{{pod}}")]),
        ("What the API server sees", "reqps", [
            ('sum(rate(apiserver_admission_webhook_fail_open_count{name="$webhook"}[$__rate_interval]))', "created without sidecar"),
            ('sum by (error_type) (rate(apiserver_admission_webhook_rejection_count{name="$webhook"}[$__rate_interval]))', "refused: {{error_type}}"),
            ('sum by (code) (rate(apiserver_admission_webhook_request_total{name="$webhook"}[$__rate_interval]))', "calls: {{code}}")]),
        ("Calls as the API server times them", "s", [
            ('histogram_quantile(0.99, sum by (le) (rate(apiserver_admission_webhook_admission_duration_seconds_bucket{name="$webhook"}[$__rate_interval])))', "p99")]),
    ]),
    ("Configuration and certificate", [
        ("Configurations put to use since the start", "short", [(f"{P}config_generation{ALL}", "{{pod}}")]),
        ("Reloads", "short", [
            (f"sum by (pod, source, outcome) (increase({P}config_reloads_total{ALL}[$__rate_interval]))", "{{pod}} {{source}} {{outcome}}")]),
        ("Last reload succeeded", "bool_yes_no", [
            (f"min by (pod, source) ({P}config_last_reload_successful{ALL})", "{{pod}} {{source}}")]),
        ("Age of the configuration", "s", [
            (f"time() - {P}config_last_reload_success_timestamp_seconds{ALL}", "{{pod}} {{source}}")]),
        ("Certificate expires in", "s", [
            (f"{P}certificate_expiry_timestamp_seconds{ALL} - time()", "{{pod}}")]),
    ]),
    ("Controller", [
        ("caBundle", "short", [
            (f"sum(increase({P}ca_bundle_writes_total{ALL}[$__rate_interval]))", "written"),
            (f"sum(increase({P}ca_bundle_restores_total{ALL}[$__rate_interval]))", "restored")]),
        ("What is wrong with the webhook configuration", "short", [
            (f"max by (pod) ({P}webhook_findings{ALL})", "{{pod}}")]),
        ("Authority expires in", "s", [(f"min({P}ca_expiry_timestamp_seconds{ALL}) - time()", "authority")]),
        ("Certificates changed, by reason", "short", [
            (f"sum by (reason) (increase({P}certificate_changes_total{ALL}[$__rate_interval]))", "{{reason}}"),
            (f"sum(increase({P}certificate_requests_total{ALL}[$__rate_interval]))", "signed by the cluster")]),
        ("Certificate errors", "short", [
            (f"sum by (pod) (increase({P}certificate_errors_total{ALL}[$__rate_interval]))", "{{pod}}"),
            (f"max by (pod) ({P}certificate_failing{ALL})", "{{pod}} failing")]),
        ("Missing permissions", "short", [
            (f"max by (verb, resource) ({P}permission_missing{ALL}) > 0", "{{verb}} {{resource}}")]),
        ("Namespaces by label", "short", [
            (f"max by (injection) ({P}namespaces{ALL})", "{{injection}}"),
            (f"max({P}namespaces_drifting{ALL})", "label and webhook disagree")]),
        ("Label changes", "short", [
            (f"max by (injection) (increase({P}namespace_label_changes_total{ALL}[$__rate_interval]))", "to {{injection}}")]),
        ("Reports", "short", [
            (f"sum(increase({P}reports_written_total{ALL}[$__rate_interval]))", "written"),
            (f"sum(increase({P}report_failures_total{ALL}[$__rate_interval]))", "failed"),
            (f"sum(increase({P}status_writes_total{ALL}[$__rate_interval]))", "status written"),
            (f"sum(increase({P}status_failures_total{ALL}[$__rate_interval]))", "status failed")]),
        ("Leader", "short", [(f"max by (pod) ({P}leader{ALL})", "{{pod}}")]),
        ("Watches", "short", [
            (f"sum by (resource) (increase({P}watch_{what}_total{ALL}[$__rate_interval]))", f"{{{{resource}}}} {what}")
            for what in ("lists", "watches", "events", "failures", "bad_objects")]),
    ]),
    ("HTTP", [
        ("Requests", "reqps", [
            (f"sum by (pod) (rate({P}http_requests_total{ALL}[$__rate_interval]))", "{{pod}}"),
            (f"sum by (pod) (rate({P}http_bad_requests_total{ALL}[$__rate_interval]))", "{{pod}} bad")]),
        ("Requests in flight", "short", [(f"{P}http_requests_in_flight{ALL}", "{{pod}}")]),
        ("Connections", "short", [(f"{P}http_connections_open{ALL}", "{{pod}}")]),
        ("Connections accepted, refused, timed out", "cps", [
            (f"sum(rate({P}http_connections_accepted_total{ALL}[$__rate_interval]))", "accepted"),
            (f"sum(rate({P}http_connections_refused_total{ALL}[$__rate_interval]))", "refused"),
            (f"sum(rate({P}http_timeouts_total{ALL}[$__rate_interval]))", "timed out")]),
        ("TLS handshakes", "cps", [
            (f"sum(rate({P}http_tls_handshakes_total{ALL}[$__rate_interval]))", "succeeded"),
            (f"sum(rate({P}http_tls_handshake_failures_total{ALL}[$__rate_interval]))", "failed")]),
    ]),
    ("Process", [
        ("CPU", "percentunit", [('rate(process_cpu_seconds_total{namespace="$namespace", pod=~"$pod"}[$__rate_interval])', "{{pod}}")]),
        ("Memory", "bytes", [
            ('process_resident_memory_bytes{namespace="$namespace", pod=~"$pod"}', "{{pod}} resident"),
            ('process_virtual_memory_bytes{namespace="$namespace", pod=~"$pod"}', "{{pod}} virtual")]),
        ("File descriptors", "short", [
            ('process_open_fds{namespace="$namespace", pod=~"$pod"}', "{{pod}}"),
            ('process_max_fds{namespace="$namespace", pod=~"$pod"}', "{{pod}} limit")]),
        ("Threads", "short", [('process_threads{namespace="$namespace", pod=~"$pod"}', "{{pod}}")]),
        ("Versions", "short", [(f"count by (version) ({P}build_info{ALL})", "{{version}}")]),
        ("Uptime", "s", [('time() - process_start_time_seconds{namespace="$namespace", pod=~"$pod"}', "{{pod}}")]),
    ]),
]

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH, HEIGHT = 8, 7


def variable(name, query):
    return {"name": name, "type": "query", "datasource": SOURCE, "query": query, "refresh": 2,
            "includeAll": False}


def panels():
    number, y = 0, 0
    for row, entries in ROWS:
        number += 1
        yield {"id": number, "type": "row", "title": row, "collapsed": False, "panels": [],
               "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}}
        y += 1
        for index, (title, unit, lines) in enumerate(entries):
            number += 1
            yield {
                "id": number, "type": "timeseries", "title": title, "datasource": SOURCE,
                "gridPos": {"x": index % 3 * WIDTH, "y": y + index // 3 * HEIGHT, "w": WIDTH, "h": HEIGHT},
                "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
                "targets": [{"refId": chr(ord("A") + i), "datasource": SOURCE, "expr": expression,
                             "legendFormat": legend} for i, (expression, legend) in enumerate(lines)],
            }
        y += (len(entries) + 2) // 3 * HEIGHT


def dashboard():
    pods = f"label_values({P}config_generation{{namespace=\"$namespace\"}}, pod)"
    templating = [
        {"name": "datasource", "type": "datasource", "query": "prometheus"},
        variable("namespace", f"label_values({P}config_generation, namespace)"),
        {**variable("pod", pods), "multi": True, "includeAll": True, "current": {"text": "All", "value": "$__all"}},
        {"name": "webhook", "type": "textbox", "query": "sidecar-injector.istio.io",
         "current": {"text": "sidecar-injector.istio.io", "value": "sidecar-injector.istio.io"}},
    ]
    return {"uid": "sidecar-injector", "title": "Sidecar injector", "tags": ["sidecar-injector"],
            "schemaVersion": 39, "version": 1, "editable": True, "refresh": "30s",
            "time": {"from": "now-3h", "to": "now"}, "templating": {"list": templating},
            "annotations": {"list": []}, "panels": list(panels())}


def text():
    return json.dumps(dashboard(), indent=1) + "\n"
