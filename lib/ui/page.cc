#include "lib/ui/page.h"

#include "lib/ui/sections.h"

namespace sidecar::ui {
namespace {

void Begin(const Heading& heading, std::string_view title, Html& html) {
  html.Tags(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
  html.Text(title).Tags(
      "</title>\n<link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">\n"
      "<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#main\">Skip to content</a>\n"
      "<header>\n<div class=\"wide\">\n<a class=\"brand\" href=\"./\">"
      "<img src=\"icon.svg\" alt=\"\" width=\"28\" height=\"28\">"
      "<span>sidecar-injector</span></a>\n<span class=\"about\">");
  html.Text(heading.mode).Tags(" · ").Text(heading.version).Tags("</span>\n");
}

void End(const Heading& heading, Html& html) {
  html.Tags("</main>\n<footer><div class=\"wide\"><p>Made at <time datetime=\"");
  html.Text(MachineTime(heading.now)).Tags("\">").Text(DateAndTime(heading.now));
  html.Tags("</time>. Nothing can be changed here.</p></div></footer>\n</body>\n</html>\n");
}

}  // namespace

const char* const kSamplePod = R"(apiVersion: v1
kind: Pod
metadata:
  name: sleep
  namespace: default
  labels:
    app: sleep
    version: v1
spec:
  containers:
  - name: sleep
    image: busybox:1.36
    command: ["sleep", "infinity"]
    ports:
    - containerPort: 80
)";

std::string RenderOverview(const Overview& overview) {
  Html html;
  Begin(overview.heading, "sidecar-injector", html);
  html.Tags(
      "<nav aria-label=\"Sections\"><ul>\n"
      "<li><a href=\"#configuration\">Configuration</a></li>\n"
      "<li><a href=\"#certificates\">Certificates</a></li>\n"
      "<li><a href=\"#decisions\">Decisions</a></li>\n"
      "<li><a href=\"#namespaces\">Namespaces</a></li>\n"
      "<li><a href=\"#playground\">Playground</a></li>\n"
      "</ul></nav>\n</div>\n</header>\n<main id=\"main\" class=\"wide\">\n");
  AppendSummary(overview, html);
  html.Tags("<div class=\"columns\">\n");
  AppendConfiguration(overview.configuration, html);
  AppendCertificates(overview.certificates, overview.heading.now, html);
  html.Tags("</div>\n");
  AppendDecisions(overview.decisions, overview.heading.now, html);
  AppendNamespaces(overview.namespaces, html);
  AppendForm({}, {}, html);
  End(overview.heading, html);
  return html.Take();
}

std::string RenderPlayground(const Playground& playground) {
  Html html;
  Begin(playground.heading, "Playground · sidecar-injector", html);
  html.Tags(
      "<nav aria-label=\"Pages\"><ul>\n<li><a href=\"./\">Overview</a></li>\n"
      "<li><a href=\"playground\" aria-current=\"page\">Playground</a></li>\n"
      "</ul></nav>\n</div>\n</header>\n<main id=\"main\" class=\"wide\">\n"
      "<h1 class=\"hidden\">Playground</h1>\n");
  if (playground.trial.has_value()) AppendTrial(*playground.trial, html);
  AppendForm(playground.pod, playground.refusal, html);
  End(playground.heading, html);
  return html.Take();
}

}  // namespace sidecar::ui
