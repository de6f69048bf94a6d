#include "lib/yaml/plain_block.h"

#include <array>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

// Everything of a tree, lines and all.
std::string Dump(const Node& node) {
  std::string out = std::to_string(node.line) + ':';
  switch (node.kind) {
    case NodeKind::kSequence:
      out += '[';
      for (const Node& element : node.AsSequence()) out += Dump(element) + ',';
      return out + ']';
    case NodeKind::kMapping:
      out += '{';
      for (const Member& member : node.AsMapping()) {
        out += std::to_string(member.line) + ':' + std::string(member.key) + '=' +
               Dump(member.value) + ',';
      }
      return out + '}';
    case NodeKind::kString: return out + '"' + std::string(node.AsString()) + '"';
    case NodeKind::kBool: return out + (node.boolean ? "true" : "false");
    case NodeKind::kNull: return out + "null";
    default: return out + node.NumberText();
  }
}

std::string Dump(const std::vector<ScalarSpan>& spans) {
  std::string out;
  for (const ScalarSpan& span : spans) {
    out += std::to_string(span.begin) + '-' + std::to_string(span.end) + ' ' +
           std::to_string(span.line) + ' ' + std::to_string(static_cast<int>(span.style)) +
           (span.is_key ? " key " : " ") + std::string(span.text) + '\n';
  }
  return out;
}

// What ReadPlainBlock makes of the text; empty for nothing.
std::string Plain(std::string_view text) {
  Arena arena;
  std::vector<ScalarSpan> spans;
  const std::optional<Node> node = ReadPlainBlock(text, arena, &spans);
  return node.has_value() ? Dump(*node) + '\n' + Dump(spans) : "";
}

// The same from libyaml: the comment at the end makes the text no plain block.
std::string Whole(std::string_view text) {
  Arena arena;
  std::vector<ScalarSpan> spans;
  const Result<Node> node =
      ParseYaml(std::string(text) + "\n#", arena, YamlOptions{.limits = {}, .scalars = &spans});
  return node.has_value() ? Dump(*node) + '\n' + Dump(spans) : "error: " + node.error().message;
}

TEST(PlainBlockTest, GivesWhatTheWholeParserGives) {
  for (const std::string_view text : {"a: b",
                                      "a: b\n",
                                      "  a: b  \n\n   \n  c:\n",
                                      "a:\nb:\n  c: 1\n  d: ~x\n",
                                      "a:\n- 1\n- -x\n- \"q # : {\"\nb: ''\n",
                                      "a:\n  - b: 1\n    c:\n    - x\n    d: {}\n  - e: []\n",
                                      "yes: 1\n",
                                      "a: yes\nb: 010\nc: 1.50\nd: 2001-01-01\ne: 0x1F\nf: null\n",
                                      "a: 1\na: 2\n",
                                      "x/y.z-w: /a/b:8080\n",
                                      "a:\n    b: 1\n    c: 2\nd: $(X)\n",
                                      "- a: 1\n",
                                      "a: .inf\n",
                                      "a: b\n  c",
                                      "a: b  \n    -c \n   /d\ne: 1\n 2\n",
                                      "a:\n- b\n c\n- d: e\n    f\n",
                                      "a:\n  - b\n    c\n  d: e\n",
                                      "a: b\n  c\n\n  d",
                                      "a: 2001-12-14\n  21:59:43\nb: c",
                                      "a: -\n",
                                      "a: 5:6\n",
                                      "a:\n- \n-\n- b\nc:\n  -\n  - \n"}) {
    const std::string plain = Plain(text);
    if (!plain.empty()) {
      EXPECT_EQ(plain, Whole(text)) << text;
    }
  }
}

TEST(PlainBlockTest, ReadsWhatTemplatesPrint) {
  EXPECT_EQ(Plain("c:\n- name: p\n  args:\n  - --x\n  - \"1\"\n\nv:\n  - e: {}\n"),
            "1:{1:c=2:[2:{2:name=2:\"p\",3:args=4:[4:\"--x\",5:\"1\",],},],"
            "7:v=8:[8:{8:e=8:{},},],}\n"
            "0-1 1 0 key c\n5-9 2 0 key name\n11-12 2 0 p\n15-19 3 0 key args\n"
            "25-28 4 0 --x\n33-36 5 2 1\n38-39 7 0 key v\n45-46 8 0 key e\n");
}

TEST(PlainBlockTest, JoinsTheLinesOfAPlainScalar) {
  EXPECT_EQ(Plain("c:\n  - ulimit -c \n    unlimited\n    && x\nd: e\n").size(), 0U);  // "&".
  EXPECT_EQ(Plain("c:\n  - ulimit -c \n    unlimited\n    -x\nd: e\n"),
            "1:{1:c=2:[2:\"ulimit -c unlimited -x\",],5:d=5:\"e\",}\n"
            "0-1 1 0 key c\n7-38 2 0 ulimit -c unlimited -x\n39-40 5 0 key d\n42-43 5 0 e\n");
}

TEST(PlainBlockTest, LeavesToTheWholeParserWhatItDoesNotKnow) {
  for (const std::string_view text : {"",
                                      "a",
                                      "a: b # c",
                                      "# c\na: b",
                                      "a: &x b",
                                      "a: *x",
                                      "a: !!str b",
                                      "a: |\n  b",
                                      "a: b\n  # c",
                                      "a: b\n  c: d",
                                      "a: b\n  c:",
                                      "a: b\n  - c",
                                      "a: b\n  c\n\n  d",
                                      "a: b\n  c\td",
                                      "a: \"b\"\n  c",
                                      "a:\n  b",
                                      "a: {b: c}",
                                      "a: \"\\n\"",
                                      "a: 'it''s'",
                                      "? a",
                                      "---\na: b",
                                      "a: b\n---\n",
                                      "a: b\n...",
                                      "a:\tb",
                                      "a: b\r\n",
                                      "a: \xc3\xa9",
                                      "a: b: c",
                                      "a: b:",
                                      "a:\n  b: 1\n c: 2",
                                      "a: 1\n- b",
                                      "- - a",
                                      "-\n  a",
                                      "<<: a",
                                      "1: a",
                                      "true: a",
                                      "a: .nan",
                                      "a: - b",
                                      "\"a\": b",
                                      "a: %x",
                                      "a: @x",
                                      "a: `x",
                                      "a: [b]",
                                      "a: \"b\" c",
                                      "%YAML 1.1\na: b"}) {
    EXPECT_EQ(Plain(text), "") << text;
  }
}

TEST(PlainBlockTest, TextsOfAnyLinesReadAsTheWholeParserReadsThem) {
  constexpr std::array<std::string_view, 36> kWords = {
      "a: ", "b:",  "c: 1", "key",   ": ",     "- ",     "-",     "  ",       "    ",
      " ",   "\n",  "\n",   "\n  ",  "\n- ",   "x",      "\"q\"", "'",        "\"",
      "{}",  "[]",  "--a",  "1.5e3", "null",   "yes",    "#",     " #",       "...",
      "/p:", "a.b", "_",    "$(X)",  "0o7: z", "\n  - ", "\n x",  "x\n    y", "\n  1"};
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp,cert-msc32-c): the same texts each time
  int plain_texts = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string text = "a:";
    for (auto words = random() % 12; words > 0; --words) text += kWords[random() % kWords.size()];
    const std::string plain = Plain(text);
    if (plain.empty()) continue;
    ++plain_texts;
    ASSERT_EQ(plain, Whole(text)) << text;
  }
  EXPECT_GT(plain_texts, 2'000);
}

}  // namespace
}  // namespace sidecar::yaml
