// What executing the conformance cases of Istio's injection templates costs (inject.json): time,
// and how often an execution asks the heap for memory. Without the cases there is nothing to
// measure. Besides, how long a hostile template is busy until it is stopped.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "lib/base/arena.h"
#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/template.h"
#include "test/conformance/gotemplate_cases.h"

namespace {

std::atomic<std::uint64_t> allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace sidecar {
namespace {

using conformance::PreparedCase;

// Executes one case after the other; figures are for one execution.
void Execute(benchmark::State& state, const std::vector<const PreparedCase*>& cases) {
  Arena arena;
  std::string output;
  std::uint64_t executions = 0;
  std::uint64_t allocated = 0;
  for (auto _ : state) {
    for (const PreparedCase* const each : cases) {
      arena.Reset();
      output.clear();
      const std::uint64_t before = allocations;
      if (!each->Execute(arena, output).has_value()) std::abort();
      allocated += allocations - before;
      ++executions;
    }
  }
  state.counters["allocations"] = static_cast<double>(allocated) / static_cast<double>(executions);
  state.counters["time"] = benchmark::Counter(
      static_cast<double>(executions), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void RegisterCases(const std::vector<PreparedCase>& cases) {
  for (const std::string_view group : {"istio funcs", "with sprig", "sidecar shape"}) {
    std::vector<const PreparedCase*> members;
    for (const PreparedCase& each : cases) {
      if (each.name().starts_with(group)) members.push_back(&each);
    }
    if (members.empty()) continue;
    benchmark::RegisterBenchmark(std::string(group).c_str(),
                                 [members](benchmark::State& state) { Execute(state, members); });
  }
}

struct Hostile {
  const char* name;
  const char* text;
};

// All within the budgets of an injection, over a text of 100 MB or of 20 kB.
constexpr Hostile kHostile[] = {
    {"hostile/huge", "{{ $x := upper .huge }}"},
    {"hostile/loop", "{{ range until 2000 }}{{ range until 2000 }}{{ end }}{{ end }}"},
    {"hostile/calls",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := add 1 2 3 | mul 4 }}{{ end }}{{ end }}"},
    {"hostile/printf",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := printf `%v %v %q` . . `x` }}{{ end }}{{ "
     "end }}"},
    {"hostile/recursion", "{{ define `a` }}{{ template `a` . }}{{ end }}{{ template `a` . }}"},
    {"hostile/title",
     "{{ $t := .text }}{{ range until 1000 }}{{ range until 1000 }}{{ $x := title $t }}{{ end }}{{ "
     "end }}"},
    {"hostile/sha256sum",
     "{{ $t := .text }}{{ range until 1000 }}{{ range until 1000 }}{{ $x := sha256sum $t }}{{ end "
     "}}{{ end }}"},
    {"hostile/fromJson",
     "{{ $t := .json }}{{ range until 1000 }}{{ range until 1000 }}{{ $x := fromJson $t }}{{ end "
     "}}{{ end }}"},
    {"hostile/fromYaml",
     "{{ $t := .json }}{{ range until 1000 }}{{ range until 1000 }}{{ $x := fromYaml $t }}{{ end "
     "}}{{ end }}"},
    {"hostile/toYaml",
     "{{ $l := list 1 }}{{ range until 16 }}{{ $l = list $l $l }}{{ end }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := toYaml $l }}{{ end }}{{ end }}"},
    {"hostile/deepEqual",
     "{{ $l := list 1 }}{{ $m := list 1 }}{{ range until 20 }}{{ $l = list $l $l }}"
     "{{ $m = list $m $m }}{{ end }}{{ range until 1000 }}{{ range until 1000 }}{{ $x := deepEqual "
     "$l $m }}{{ end }}{{ end }}"},
    {"hostile/toYaml texts",
     "{{ $l := list }}{{ range until 100 }}{{ $l = append $l $.text }}{{ end }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := toYaml $l }}{{ end }}{{ end }}"},
    {"hostile/toPrettyJson",
     "{{ $l := list 1 }}{{ range until 900 }}{{ $l = list $l }}{{ end }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := toPrettyJson $l }}{{ end }}{{ end }}"},
    {"hostile/fromYaml deep",
     "{{ $t := print (repeat 900 `[`) (repeat 2000 `a,`) (repeat 900 `]`) }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := fromYamlArray $t }}{{ end }}{{ end }}"},
    {"hostile/fromYaml map",
     "{{ $t := repeat 4000 `a: b\n` }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := fromYaml $t }}{{ end }}{{ end }}"},
    {"hostile/print list",
     "{{ $l := list 1.5 }}{{ range until 16 }}{{ $l = list $l $l }}{{ end }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := print $l }}{{ end }}{{ end }}"},
    {"hostile/printf float",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := printf `%.999f %.999f` 1e-300 1e300 }}"
     "{{ end }}{{ end }}"},
    {"hostile/sortAlpha",
     "{{ $l := list }}{{ range until 100 }}{{ $l = append $l $.text }}{{ end }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := sortAlpha $l }}{{ end }}{{ end }}"},
    {"hostile/has",
     "{{ $l := list }}{{ $t := print $.text | trunc 19999 }}"
     "{{ range until 100 }}{{ $l = append $l (print $t `z`) }}{{ end }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := has $.text $l }}{{ end }}{{ end }}"},
    {"hostile/uniq",
     "{{ $l := list }}{{ range until 100 }}{{ $l = append $l $.text }}{{ end }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := uniq $l }}{{ end }}{{ end }}"},
    {"hostile/set",
     "{{ $d := dict }}{{ range until 100000 }}{{ $d = set $d (sub 100000 . | toString) . }}"
     "{{ end }}"},
    {"hostile/semver",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := semverCompare `^1.2.3 || ~2.3 || "
     ">=3.x` `4.5.6-alpha+build` }}{{ end }}{{ end }}"},
    {"hostile/dates",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := dateInZone `Mon Jan 2 15:04:05 MST "
     "2006` (toDate `2006-01-02` `2020-02-03`) `Europe/Berlin` }}{{ end }}{{ end }}"},
    {"hostile/decimals",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := divf 1e300 3.7e-300 }}{{ end }}{{ end "
     "}}"},
    {"hostile/round",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := round 1.23e300 300 }}{{ end }}{{ end "
     "}}"},
    {"hostile/float64",
     "{{ $t := print `1.` (repeat 700 `3`) `e-300` }}"
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := float64 $t }}{{ end }}{{ end }}"},
    {"hostile/urlParse",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := urlParse `http://a:b@c.d:80/e?f#g` "
     "}}{{ end }}{{ end }}"},
    {"hostile/regexp compiled",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := regexMatch `((a{50}){10}b?){2}` `x` "
     "}}{{ end }}{{ end }}"},
    {"hostile/regexp refused",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $x := regexMatch `((a{1000}){1000}){1000}` "
     "`x` }}{{ end }}{{ end }}"},
    {"hostile/regexp searched",
     "{{ $t := .text }}{{ range until 1000 }}{{ range until 1000 }}{{ $x := regexFindAll `x*y` $t "
     "-1 }}{{ end }}{{ end }}"},
    {"hostile/output",
     "{{ range until 1000 }}{{ range until 1000 }}{{ $.text }}{{ end }}{{ end }}"},
};

void Stop(benchmark::State& state, const Hostile& hostile) {
  constexpr std::size_t kMemory = std::size_t{64} << 20U;
  constexpr gotemplate::ExecLimits kLimits = {.steps = 200'000,
                                              .output_bytes = std::size_t{4} << 20U};
  const std::string huge(100'000'000, 'x');
  const std::string text(20'000, 'x');
  std::string json = "[";
  for (int i = 0; i < 5000; ++i) json += "[],";
  json += "0]";
  const auto parsed = gotemplate::Template::Parse(
      "hostile", hostile.text, {.functions = *gotemplate::FindFunctions("helm")});
  if (!parsed.has_value()) std::abort();
  std::string output;
  for (auto _ : state) {
    Arena arena(kMemory);
    output.clear();
    gotemplate::MapData map;
    map.Set(gotemplate::Value::String("huge"), gotemplate::Value::String(huge), arena);
    map.Set(gotemplate::Value::String("text"), gotemplate::Value::String(text), arena);
    map.Set(gotemplate::Value::String("json"), gotemplate::Value::String(json), arena);
    const auto data = gotemplate::Value::Map(&map, gotemplate::AnyMapType());
    const auto done = parsed->Execute(data, arena, {.limits = kLimits}, output);
    if (done.has_value()) std::abort();
    state.counters["arena_bytes"] = static_cast<double>(arena.bytes_reserved());
  }
}

}  // namespace
}  // namespace sidecar

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::vector<sidecar::conformance::PreparedCase> cases;
  if (std::filesystem::exists(SIDECAR_CASES)) {
    cases = sidecar::conformance::PrepareGotemplateFile(SIDECAR_CASES);
  }
  sidecar::RegisterCases(cases);
  for (const sidecar::Hostile& hostile : sidecar::kHostile) {
    benchmark::RegisterBenchmark(hostile.name, [&hostile](benchmark::State& state) {
      sidecar::Stop(state, hostile);
    })->Unit(benchmark::kMillisecond);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
