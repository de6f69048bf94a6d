#include "lib/diagnose/template_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kFile =
    "policy: enabled\n"
    "template: |\n"
    "  containers:\n"
    "  {{ range .names -}}\n"
    "  - name: {{ . }}\n"
    "    imagé: x\n"
    "  {{ end -}}\n"
    "  - name: last\n"
    "    imagé: x\n";
constexpr std::string_view kTemplate =
    "containers:\n"
    "{{ range .names -}}\n"
    "- name: {{ . }}\n"
    "  imagé: x\n"
    "{{ end -}}\n"
    "- name: last\n"
    "  imagé: x\n";
constexpr std::string_view kRendered =
    "containers:\n- name: a\n  imagé: x\n- name: last\n  imagé: x\n";

MATCHER_P2(IsAt, line, column, "") {
  *result_listener << arg.line << ':' << arg.column;
  return arg.line == static_cast<std::uint32_t>(line) &&
         arg.column == static_cast<std::uint32_t>(column);
}

TEST(TemplatePlacesTest, AByteOfTheTemplateIsOneOfTheFile) {
  const TemplatePlaces places(kFile, kTemplate, 2);
  EXPECT_THAT(places.OfOffset(0), IsAt(3, 3));
  EXPECT_THAT(places.OfOffset(kTemplate.find("name:")), IsAt(5, 5));
  EXPECT_THAT(places.OfOffset(kTemplate.find(": x")), IsAt(6, 10));  // Characters, not bytes.
}

TEST(TemplatePlacesTest, ErrorsNameLineAndColumn) {
  const TemplatePlaces places(kFile, kTemplate, 2);
  EXPECT_THAT(places.OfError("template: inject:3:11: executing"), IsAt(5, 14));
  EXPECT_THAT(places.OfError("in a: template: inject:4: function"), IsAt(6, 5));
  EXPECT_THAT(places.OfError("template: inject: no more"), IsAt(2, 0));
  EXPECT_THAT(places.OfError("something else"), IsAt(2, 0));
  EXPECT_THAT(places.OfError("template: inject:99:1: executing"), IsAt(2, 0));
}

TEST(TemplatePlacesTest, WhatWasRenderedCameFromTheLineThatReadsTheSame) {
  const TemplatePlaces places(kFile, kTemplate, 2);
  EXPECT_THAT(places.OfRendered(kRendered, 1), IsAt(3, 3));
  EXPECT_THAT(places.OfRendered(kRendered, 2), IsAt(5, 5));  // The word after the dash.
  EXPECT_THAT(places.OfRendered(kRendered, 3, "x"), IsAt(6, 12));
  EXPECT_THAT(places.OfRendered(kRendered, 5), IsAt(9, 5));  // That after "name: last".
  EXPECT_THAT(places.OfRendered(kRendered, 9), IsAt(2, 0));
  EXPECT_THAT(places.OfRendered("what an action printed\n", 1), IsAt(2, 0));
}

TEST(TemplatePlacesTest, ActionsMayPrintAnything) {
  const auto fits = [](std::string_view of_template, std::string_view rendered) {
    const std::string file = "template: |\n  " + std::string(of_template) + '\n';
    const std::string text = std::string(of_template) + '\n';
    return TemplatePlaces(file, text, 1).OfRendered(rendered, 1).line == 2;
  };
  EXPECT_TRUE(fits("a: {{ .A }}:{{ .B }}", "a: x:y"));
  EXPECT_TRUE(fits("a: \"{{ .A }}\"", "  a: \"x\""));
  EXPECT_TRUE(fits("{{ if .A }}a: 1{{ end }}", "a: 1"));
  EXPECT_FALSE(fits("a: \"{{ .A }}\"", "a: \"x\"y"));
  EXPECT_FALSE(fits("b: {{ .A }}", "a: b: c"));
  EXPECT_FALSE(fits("{{ .A }}", "a: 1"));
  EXPECT_FALSE(fits("a: {{ .A", "b"));
}

TEST(TemplatePlacesTest, ATemplateThatIsNoBlockIsAllAtItsKey) {
  const TemplatePlaces places("template: \"a\\nb\"\npolicy: enabled\n", "a\nb", 1);
  EXPECT_THAT(places.OfOffset(2), IsAt(1, 0));
  EXPECT_THAT(TemplatePlaces().OfOffset(2), IsAt(0, 0));
}

}  // namespace
}  // namespace sidecar::diagnose
