#include "lib/ui/sections.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lib/ui/page.h"

namespace sidecar::ui {
namespace {

using std::chrono::seconds;

// Of its life, what a certificate has left when somebody should look, and when it is late: renewal
// is due at a third.
constexpr double kSomeLeft = 0.25;
constexpr double kLittleLeft = 0.1;
constexpr std::size_t kShownHash = 16;  // Digits that tell two configurations apart.

Markup ClassOf(Tone tone) {
  switch (tone) {
    case Tone::kGood: return "good";
    case Tone::kNote: return "note";
    case Tone::kBad: return "bad";
    default: return "neutral";
  }
}

void AppendBadge(Tone tone, std::string_view text, Html& html) {
  html.Tags("<span class=\"badge ").Tags(ClassOf(tone)).Tags("\">").Text(text).Tags("</span>");
}

// "1 pod", "2 pods".
std::string Counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

struct Tile {
  std::string_view name;
  std::string value;
  std::string remark;
  Tone tone = Tone::kNeutral;
};

void AppendTile(const Tile& tile, Html& html) {
  html.Tags("<div class=\"tile ").Tags(ClassOf(tile.tone)).Tags("\"><dt>").Text(tile.name);
  html.Tags("</dt><dd><strong>").Text(tile.value).Tags("</strong> <span>").Text(tile.remark);
  html.Tags("</span></dd></div>\n");
}

// How a certificate stands.
struct Life {
  Tone tone = Tone::kGood;
  int percent_left = 0;
  std::string text;        // "61 days left of 90 days"
  std::string short_text;  // "61 days"
};

Life LifeOf(const CertificateRow& certificate, WallTime now) {
  const auto whole =
      std::chrono::duration_cast<seconds>(certificate.not_after - certificate.not_before);
  const auto left = std::chrono::duration_cast<seconds>(certificate.not_after - now);
  Life life;
  life.short_text = RoughDuration(left);
  if (left <= seconds(0)) {
    life.tone = Tone::kBad;
    life.text = "expired " + RoughDuration(left) + " ago";
    life.short_text = "expired";
    return life;
  }
  const double share = whole <= seconds(0)
                           ? 0
                           : static_cast<double>(left.count()) / static_cast<double>(whole.count());
  life.percent_left = static_cast<int>(std::lround(100 * std::clamp(share, 0.0, 1.0)));
  if (share < kSomeLeft) life.tone = Tone::kNote;
  if (share < kLittleLeft) life.tone = Tone::kBad;
  life.text = RoughDuration(left) + " left of " + RoughDuration(whole);
  if (const auto early = certificate.not_before - now; early > early.zero()) {
    life.tone = Tone::kBad;
    life.text =
        "not valid for " + RoughDuration(std::chrono::duration_cast<seconds>(early)) + " yet";
  }
  return life;
}

// Not a <meter>, whose colours a style sheet can change in some browsers only.
void AppendBar(const Life& life, Html& html) {
  html.Tags("<svg class=\"bar ").Tags(ClassOf(life.tone));
  html.Tags("\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
  html.Number(life.percent_left)
      .Tags(
          " % of its life is left\"><rect class=\"track\" "
          "width=\"100\" height=\"8\"/><rect class=\"fill\" width=\"");
  html.Number(life.percent_left).Tags("\" height=\"8\"/></svg>\n");
}

void AppendHash(std::string_view hash, Html& html) {
  html.Tags("<code title=\"").Text(hash).Tags("\">").Text(hash.substr(0, kShownHash));
  html.Tags("</code>");
}

void AppendWarnings(const std::vector<std::string>& warnings, Html& html) {
  if (warnings.empty()) return;
  html.Tags("<ul class=\"warnings\">\n");
  for (const std::string& warning : warnings) html.Tags("<li>").Text(warning).Tags("</li>\n");
  html.Tags("</ul>\n");
}

void AppendConditions(const Overview& overview, Html& html) {
  const bool remarks = std::any_of(overview.conditions.begin(), overview.conditions.end(),
                                   [](const ConditionRow& row) { return !row.remark.empty(); });
  html.Tags("<details class=\"conditions\"")
      .Tags(!overview.ready || remarks ? Markup(" open") : "");
  html.Tags("><summary>Conditions of readiness</summary>\n<ul>\n");
  for (const ConditionRow& row : overview.conditions) {
    html.Tags("<li>");
    AppendBadge(row.holds ? Tone::kGood : Tone::kBad, row.holds ? "holds" : "fails", html);
    html.Tags(" <b>").Text(row.name).Tags("</b>");
    if (!row.remark.empty()) html.Tags(": ").Text(row.remark);
    html.Tags("</li>\n");
  }
  html.Tags("</ul></details>\n");
}

void AppendDecision(const DecisionRow& row, WallTime now, Html& html) {
  html.Tags("<tr><td class=\"when\"><time datetime=\"").Text(MachineTime(row.time)).Tags("\">");
  html.Text(TimeOfDay(row.time, now)).Tags("</time></td><td class=\"pod\"><span class=\"ns\">");
  html.Text(row.namespace_name).Tags("/</span><b>");
  html.Text(row.pod.empty() ? "(no name)" : row.pod).Tags("</b>");
  if (!row.owner.empty()) html.Tags(" <small>").Text(row.owner).Tags("</small>");
  html.Tags("</td><td>");
  AppendBadge(row.tone, row.reason, html);
  if (row.refused) html.Tags(" <span class=\"badge bad\">refused</span>");
  if (row.dry_run) html.Tags(" <span class=\"badge plain\">dry run</span>");
  html.Tags("</td><td class=\"number\">").Text(ShortDuration(row.duration)).Tags("</td></tr>\n");
}

void AppendReasons(const std::vector<ReasonRow>& reasons, Html& html) {
  html.Tags("<ul class=\"reasons\">\n");
  for (const ReasonRow& row : reasons) {
    html.Tags("<li>");
    AppendBadge(row.tone, row.reason, html);
    html.Tags(" <b>").Number(static_cast<long long>(row.count)).Tags("</b>");
    html.Tags("</li>\n");
  }
  html.Tags("</ul>\n");
  const auto has_remedy = [](const ReasonRow& row) { return !row.remedy.empty(); };
  if (std::none_of(reasons.begin(), reasons.end(), has_remedy)) return;
  html.Tags("<details><summary>What to change</summary>\n<dl class=\"remedies\">\n");
  for (const ReasonRow& row : reasons) {
    if (!has_remedy(row)) continue;
    html.Tags("<div><dt>").Text(row.reason).Tags("</dt><dd>").Text(row.remedy);
    html.Tags("</dd></div>\n");
  }
  html.Tags("</dl></details>\n");
}

void AppendOutput(Markup title, std::string_view text, Html& html) {
  if (text.empty()) return;
  html.Tags("<h3>").Tags(title).Tags("</h3>\n<pre tabindex=\"0\">").Text(text).Tags("</pre>\n");
}

Tile CertificateTile(const Overview& overview) {
  if (overview.certificates.empty()) return {"Certificate", "none", "yet", Tone::kBad};
  const Life life = LifeOf(overview.certificates.front(), overview.heading.now);
  return {"Certificate", life.short_text, life.tone == Tone::kBad ? "needs care" : "left",
          life.tone};
}

}  // namespace

void AppendSummary(const Overview& overview, Html& html) {
  html.Tags(
      "<h1 class=\"hidden\">Overview</h1>\n<section aria-label=\"Summary\">\n"
      "<dl class=\"tiles\">\n");
  const auto holding = std::count_if(overview.conditions.begin(), overview.conditions.end(),
                                     [](const ConditionRow& row) { return row.holds; });
  AppendTile({"State", overview.ready ? "Ready" : "Not ready",
              std::to_string(holding) + " of " + Counted(overview.conditions.size(), "condition"),
              overview.ready ? Tone::kGood : Tone::kBad},
             html);
  if (overview.leads.has_value()) {
    AppendTile({"Role", *overview.leads ? "Leader" : "Standby",
                *overview.leads ? "serves and writes" : "serves, another writes", Tone::kNeutral},
               html);
  }
  const ConfigurationPart& configuration = overview.configuration;
  const bool configured = configuration.generation > 0;
  AppendTile({"Configuration", configured ? '#' + std::to_string(configuration.generation) : "none",
              configured ? "policy " + configuration.policy : "usable yet",
              configured ? Tone::kNeutral : Tone::kBad},
             html);
  AppendTile(CertificateTile(overview), html);
  const auto up = std::chrono::duration_cast<seconds>(overview.heading.now - overview.started);
  AppendTile({"Decisions", std::to_string(overview.decisions.total), "in " + RoughDuration(up),
              Tone::kNeutral},
             html);
  html.Tags("</dl>\n");
  AppendConditions(overview, html);
  html.Tags("</section>\n");
}

void AppendConfiguration(const ConfigurationPart& configuration, Html& html) {
  html.Tags(
      "<section id=\"configuration\" aria-labelledby=\"configuration-title\">\n"
      "<h2 id=\"configuration-title\">Configuration</h2>\n");
  if (configuration.generation == 0) {
    html.Tags("<p class=\"empty\">There is no usable configuration yet.</p>\n</section>\n");
    return;
  }
  html.Tags("<dl class=\"facts\">\n<div><dt>Policy</dt><dd>");
  const bool enabled = configuration.policy == "enabled";
  AppendBadge(enabled ? Tone::kGood : Tone::kNeutral, configuration.policy, html);
  html.Tags("</dd></div>\n<div><dt>Behaves as Istio</dt><dd>").Text(configuration.compat);
  html.Tags("</dd></div>\n<div><dt>Generation</dt><dd>");
  html.Number(static_cast<long long>(configuration.generation));
  html.Tags(
      " <span class=\"quiet\">since the start</span></dd></div>\n"
      "<div><dt>Configuration</dt><dd>");
  AppendHash(configuration.config_hash, html);
  html.Tags("</dd></div>\n<div><dt>Template</dt><dd>");
  AppendHash(configuration.template_hash, html);
  html.Tags("</dd></div>\n<div><dt>Mesh</dt><dd>");
  AppendHash(configuration.mesh_hash, html);
  html.Tags(
      "</dd></div>\n</dl>\n<p class=\"quiet\">Hashes are SHA-256 of the texts; the template's is "
      "the version in the status annotation of pods.</p>\n");
  AppendWarnings(configuration.warnings, html);
  html.Tags("</section>\n");
}

void AppendCertificates(const std::vector<CertificateRow>& certificates, WallTime now, Html& html) {
  html.Tags(
      "<section id=\"certificates\" aria-labelledby=\"certificates-title\">\n"
      "<h2 id=\"certificates-title\">Certificates</h2>\n");
  if (certificates.empty()) html.Tags("<p class=\"empty\">There is no certificate yet.</p>\n");
  for (const CertificateRow& row : certificates) {
    const Life life = LifeOf(row, now);
    html.Tags("<div class=\"certificate\">\n<h3>").Text(row.role).Tags("</h3>\n<p>");
    html.Text(row.subject).Tags("</p>\n");
    AppendBar(life, html);
    html.Tags("<p><b class=\"").Tags(ClassOf(life.tone)).Tags("\">").Text(life.text);
    html.Tags("</b> <span class=\"quiet\">· until <time datetime=\"");
    html.Text(MachineTime(row.not_after)).Tags("\">").Text(DateAndTime(row.not_after));
    html.Tags("</time></span></p>\n");
    if (!row.names.empty()) {
      html.Tags("<p class=\"quiet\">for");
      for (std::size_t i = 0; i < row.names.size(); ++i) {
        html.Tags(i == 0 ? Markup(" <code>") : ", <code>").Text(row.names[i]).Tags("</code>");
      }
      html.Tags("</p>\n");
    }
    html.Tags("<p class=\"quiet\">serial <code>").Text(row.serial).Tags("</code></p>\n</div>\n");
  }
  html.Tags("</section>\n");
}

void AppendNamespaces(const std::optional<NamespacesPart>& namespaces, Html& html) {
  html.Tags(
      "<section id=\"namespaces\" aria-labelledby=\"namespaces-title\">\n"
      "<h2 id=\"namespaces-title\">Namespaces</h2>\n");
  if (!namespaces.has_value()) {
    html.Tags(
        "<p class=\"empty\">Not watched: this program was started as <code>webhook</code>. "
        "The <code>controller</code> follows them.</p>\n</section>\n");
    return;
  }
  if (namespaces->rows.empty()) {
    html.Tags("<p class=\"empty\">None is known yet.</p>\n</section>\n");
    return;
  }
  html.Tags(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-labelledby=\"namespaces-title\">\n<table>\n<thead><tr><th scope=\"col\">Namespace"
      "</th><th scope=\"col\">Injection</th><th scope=\"col\">Remark</th></tr></thead>\n"
      "<tbody>\n");
  for (const NamespaceRow& row : namespaces->rows) {
    html.Tags("<tr><th scope=\"row\">").Text(row.name).Tags("</th><td>");
    AppendBadge(row.tone, row.state, html);
    html.Tags("</td><td class=\"quiet\">").Text(row.remark).Tags("</td></tr>\n");
  }
  html.Tags("</tbody>\n</table>\n</div>\n");
  if (namespaces->total > namespaces->rows.size()) {
    html.Tags("<p class=\"quiet\">and ");
    html.Text(Counted(namespaces->total - namespaces->rows.size(), "other")).Tags(".</p>\n");
  }
  html.Tags("</section>\n");
}

void AppendDecisions(const DecisionsPart& decisions, WallTime now, Html& html) {
  html.Tags(
      "<section id=\"decisions\" aria-labelledby=\"decisions-title\">\n"
      "<h2 id=\"decisions-title\">Decisions</h2>\n");
  if (decisions.rows.empty()) {
    html.Tags(
        "<p class=\"empty\">Nobody has asked yet: no pod was created in a selected namespace "
        "since the start.</p>\n</section>\n");
    return;
  }
  AppendReasons(decisions.reasons, html);
  html.Tags(
      "<div class=\"scroll tall\" role=\"region\" tabindex=\"0\" "
      "aria-labelledby=\"decisions-title\">\n<table>\n<thead><tr>"
      "<th scope=\"col\">Time <small>UTC</small></th><th scope=\"col\">Pod</th>"
      "<th scope=\"col\">Reason</th><th scope=\"col\" class=\"number\">Took</th></tr></thead>\n"
      "<tbody>\n");
  for (const DecisionRow& row : decisions.rows) AppendDecision(row, now, html);
  html.Tags("</tbody>\n</table>\n</div>\n<p class=\"quiet\">The last ");
  html.Number(static_cast<long long>(decisions.rows.size())).Tags(" of ");
  html.Number(static_cast<long long>(decisions.total));
  html.Tags(" since the start; no more than ").Number(static_cast<long long>(decisions.kept));
  html.Tags(" are kept.</p>\n</section>\n");
}

void AppendTrial(const TrialPart& trial, Html& html) {
  html.Tags(
          "<section aria-labelledby=\"result-title\">\n<h2 id=\"result-title\">Result</h2>\n"
          "<p class=\"verdict ")
      .Tags(ClassOf(trial.tone))
      .Tags("\" role=\"status\"><strong>");
  html.Text(trial.verdict).Tags("</strong> <span>in ").Text(ShortDuration(trial.duration));
  html.Tags(", by configuration #").Number(static_cast<long long>(trial.generation));
  html.Tags("</span></p>\n");
  if (!trial.message.empty()) {
    html.Tags("<pre class=\"message\" tabindex=\"0\">").Text(trial.message).Tags("</pre>\n");
  }
  if (!trial.remedy.empty()) html.Tags("<p>").Text(trial.remedy).Tags("</p>\n");
  AppendWarnings(trial.warnings, html);
  AppendOutput("What the template printed", trial.rendered, html);
  AppendOutput("The patch for the API server", trial.patch, html);
  html.Tags("</section>\n");
}

void AppendForm(std::string_view pod, std::string_view refusal, Html& html) {
  html.Tags(
      "<section id=\"playground\" aria-labelledby=\"playground-title\">\n"
      "<h2 id=\"playground-title\">Template playground</h2>\n"
      "<p>Shows what the template in use makes of a pod, and what the endpoint would answer. "
      "Nothing is created, and nothing is kept.</p>\n");
  if (!refusal.empty()) {
    html.Tags("<p class=\"verdict bad\" role=\"alert\"><strong>").Text(refusal);
    html.Tags("</strong></p>\n");
  }
  html.Tags(
      "<form method=\"post\" action=\"playground\" autocomplete=\"off\">\n"
      "<label for=\"pod\">A Pod, or a workload such as a Deployment; YAML or JSON</label>\n"
      // The first line break after the tag is not part of the text.
      "<textarea id=\"pod\" name=\"pod\" rows=\"16\" spellcheck=\"false\" "
      "autocapitalize=\"off\" required>\n");
  html.Text(pod.empty() ? std::string_view(kSamplePod) : pod);
  html.Tags("</textarea>\n<button type=\"submit\">Render</button>\n</form>\n</section>\n");
}

}  // namespace sidecar::ui
