#include "lib/inject/template_functions.h"

#include <string>

#include "lib/gotemplate/template.h"
#include "lib/inject/template_data.h"
#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

TEST(TemplateFunctionsTest, OffersThoseOfAllReleases) {
  for (const char* const name :
       {"formatDuration", "isset", "annotation", "applicationPorts", "toYaml", "default"}) {
    EXPECT_TRUE(TemplateFunctions().contains(name)) << name;
  }
  EXPECT_TRUE(TemplateFunctions().find("toYaml")->second.emits_structure);
  EXPECT_FALSE(TemplateFunctions().find("annotation")->second.emits_structure);
}

TEST(TemplateFunctionsTest, KnowsWhichReleaseBroughtThem) {
  const struct {
    const char* function;
    Compat first;
  } cases[] = {{"printf", Compat::k0_5_0},       {"index", Compat::k0_5_0},
               {"formatDuration", Compat::k0_6}, {"isset", Compat::k0_8},
               {"annotation", Compat::k1_0},     {"default", Compat::k1_0}};
  for (const auto& [function, first] : cases) {
    for (const Compat release :
         {Compat::k0_5_0, Compat::k0_5_1, Compat::k0_6, Compat::k0_7, Compat::k0_8, Compat::k1_0}) {
      EXPECT_EQ(WasOffered(function, release), release >= first)
          << function << ' ' << ToString(release);
    }
  }
}

class ObjectTimesTest : public PodFixture {
 protected:
  std::string Run(std::string_view text) {
    const PodParts pod = Pod(R"({
        metadata: {name: a, creationTimestamp: "2018-01-19T01:06:17.5+01:00"},
        spec: {containers: [{name: app, image: app}]}})");
    const auto parsed = gotemplate::Template::Parse("t", text, {.functions = &TemplateFunctions()});
    EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
    std::string output;
    const auto mesh = Mesh();
    const auto done = parsed->Execute(MakeTemplateData(pod, *mesh, arena_), arena_, {}, output);
    return done.has_value() ? output : "error: " + done.error().message;
  }
};

TEST_F(ObjectTimesTest, AreTimesForTemplatesAsInGo) {
  const struct {
    const char* text;
    const char* output;
  } cases[] = {
      {"{{ .ObjectMeta.CreationTimestamp }}", "2018-01-19 00:06:17.5 +0000 UTC"},
      {R"({{ .ObjectMeta.CreationTimestamp.Format "2006-01-02" }})", "2018-01-19"},
      {R"({{ date "2006" .ObjectMeta.CreationTimestamp.Time }})", "2018"},
      {R"({{ dateInZone "15:04" .ObjectMeta.CreationTimestamp.Time "Asia/Tokyo" }})", "09:06"},
      {"{{ unixEpoch .ObjectMeta.CreationTimestamp.Time }}", "1516320377"},
      {"{{ .ObjectMeta.CreationTimestamp.Unix }}", "1516320377"},
      {"{{ .ObjectMeta.CreationTimestamp.Month }}", "January"},
      {"{{ .ObjectMeta.CreationTimestamp.UTC.Weekday }}", "Friday"},
      {"{{ .ObjectMeta.GetCreationTimestamp.Year }}", "2018"},
      {R"({{ (dateModify "-1h" .ObjectMeta.CreationTimestamp.Time).Hour }})", "23"},
      {R"({{ printf "%#v" .ObjectMeta.CreationTimestamp }})",
       "time.Date(2018, time.January, 19, 0, 6, 17, 500000000, time.UTC)"},
      {"{{ .ObjectMeta.CreationTimestamp.IsZero }}", "false"},
      {"{{ .ObjectMeta.CreationTimestamp.Before .ObjectMeta.CreationTimestamp }}", "false"},
      {"{{ toJson .ObjectMeta.CreationTimestamp }}", R"("2018-01-19T00:06:17Z")"},
      {"{{ toJson .ObjectMeta.CreationTimestamp.Time }}", R"("2018-01-19T00:06:17.5Z")"},
      {R"({{ date "2006" .ObjectMeta.CreationTimestamp }})",
       "error: template: t:1:3: executing \"t\" at <date \"2006\" .ObjectMeta.CreationTimestamp>: "
       "error calling date: templates see no clock"},
      {"{{ unixEpoch .ObjectMeta.CreationTimestamp }}",
       "error: template: t:1:24: executing \"t\" at <.ObjectMeta.CreationTimestamp>: wrong type "
       "for "
       "value; expected time.Time; got v1.Time"},
      {"{{ .ObjectMeta.DeletionTimestamp }}", "<nil>"},
      {"{{ .ObjectMeta.DeletionTimestamp.IsZero }}", "true"},
  };
  for (const auto& [text, output] : cases) EXPECT_EQ(Run(text), output) << text;
}

}  // namespace
}  // namespace sidecar::inject
