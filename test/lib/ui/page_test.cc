#include "lib/ui/page.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::ui {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const WallTime kNow(std::chrono::seconds(1'795'431'184));

Overview Sample() {
  Overview page;
  page.heading = {"1.2.3", "controller", kNow};
  page.started = kNow - 50h;
  page.ready = true;
  page.conditions = {{"config", true, ""}, {"certificate", true, "no DNS name"}};
  page.leads = true;
  page.configuration = {3,
                        "enabled",
                        "0.5.0",
                        std::string(64, 'a'),
                        std::string(64, 'b'),
                        std::string(64, 'c'),
                        {"unknown key \"polcy\""}};
  page.certificates = {{"Serving certificate",
                        "CN=sidecar-injector",
                        "01AB",
                        {"sidecar-injector.istio-system.svc"},
                        kNow - 30 * 24h,
                        kNow + 60 * 24h},
                       {"Authority in caBundle", "CN=ca", "02", {}, kNow - 1h, kNow + 1h}};
  page.namespaces = NamespacesPart{
      {{"shop", "enabled", Tone::kGood, ""}, {"old", "other", Tone::kNote, "label is \"yes\""}}, 7};
  page.decisions = {
      {{kNow - 5s, "shop", "web-96d5df5c8-", "ReplicaSet/web-96d5df5c8", "Injected", Tone::kGood,
        false, false, 87us},
       {kNow - 30h, "shop", "job", "", "TemplateError", Tone::kBad, true, true, 2ms}},
      {{"Injected", Tone::kGood, 1, ""}, {"TemplateError", Tone::kBad, 1, "correct the template"}},
      412,
      200};
  return page;
}

// SIDECAR_WRITE_GOLDEN=1 writes it anew.
TEST(PageTest, TheOverviewIsAsItWasReviewed) {
  const std::string path = SIDECAR_TESTDATA "/overview.html";
  const std::string page = RenderOverview(Sample());
  if (std::getenv("SIDECAR_WRITE_GOLDEN") != nullptr) std::ofstream(path) << page;
  std::ifstream file(path);
  EXPECT_EQ(page, std::string(std::istreambuf_iterator<char>(file), {}));
}

// What a hostile pod, namespace or certificate could be called.
TEST(PageTest, NoNameBecomesMarkup) {
  const std::string bad = "\"'><script>alert(1)</script>&amp;</textarea>\xC0\xBC";
  Overview page;
  page.heading = {bad, bad, kNow};
  page.conditions = {{bad, false, bad}};
  page.configuration = {1, bad, bad, bad, bad, bad, {bad}};
  page.certificates = {{bad, bad, bad, {bad, bad}, kNow, kNow}};
  page.namespaces = NamespacesPart{{{bad, bad, Tone::kBad, bad}}, 1};
  page.decisions = {{{kNow, bad, bad, bad, bad, Tone::kBad, true, true, 1us}},
                    {{bad, Tone::kBad, 1, bad}},
                    1,
                    200};
  Playground playground;
  playground.heading = page.heading;
  playground.pod = bad;
  playground.refusal = bad;
  playground.trial = TrialPart{Tone::kBad, bad, bad, bad, {bad}, bad, bad, 1, 1us};
  for (const std::string& html : {RenderOverview(page), RenderPlayground(playground)}) {
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, Not(HasSubstr("\"'>")));
    EXPECT_THAT(html, Not(HasSubstr("\xC0")));
    EXPECT_THAT(html, HasSubstr("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"));
  }
}

// Tags that are opened and not closed again, or closed in another order.
std::string Unbalanced(std::string_view html) {
  constexpr std::string_view kVoid[] = {"!DOCTYPE", "meta", "link", "img", "rect"};
  std::vector<std::string_view> open;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    const std::string_view tag = html.substr(at + 1, end - at - 1);
    const std::string_view name = tag.substr(0, tag.find_first_of(" /", 1));
    if (std::find(std::begin(kVoid), std::end(kVoid), name) != std::end(kVoid)) continue;
    if (!name.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name.substr(1)) {
      return std::string(tag);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : std::string(open.back());
}

TEST(PageTest, EveryTagIsClosed) {
  EXPECT_EQ(Unbalanced(RenderOverview(Sample())), "");
  EXPECT_EQ(Unbalanced(RenderOverview({})), "");
  Playground playground;
  EXPECT_EQ(Unbalanced(RenderPlayground(playground)), "");
  playground.trial = TrialPart{Tone::kGood, "Injected", "m", "r", {"w"}, "t", "p", 1, 1us};
  playground.refusal = "no";
  EXPECT_EQ(Unbalanced(RenderPlayground(playground)), "");
}

// The policy would block them anyway; a page that needs none cannot be broken by it.
TEST(PageTest, ThereIsNoScriptNoInlineStyleAndNothingFromElsewhere) {
  for (const std::string& html : {RenderOverview(Sample()), RenderPlayground({})}) {
    for (const char* const word :
         {"<script", "style=\"", "<style", "http:", "https:", "//", " on"}) {
      if (std::string_view(word) == " on") {
        EXPECT_THAT(html, Not(testing::ContainsRegex(" on[a-z]+=")));
      } else {
        EXPECT_THAT(html, Not(HasSubstr(word)));
      }
    }
  }
}

}  // namespace
}  // namespace sidecar::ui
