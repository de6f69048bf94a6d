#include "lib/inject/renderer.h"

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "lib/gotemplate/template.h"
#include "lib/inject/template_data.h"

namespace sidecar::inject {
namespace {

// Real templates render a few kilobytes in some hundred steps. So many steps take some
// milliseconds, see docs/performance.md.
constexpr gotemplate::ExecLimits kLimits = {.steps = 200'000,
                                            .output_bytes = std::size_t{4} << 20U};
constexpr std::size_t kUsualBytes = 8U << 10U;
constexpr std::size_t kUsualSpans = 32;
constexpr std::size_t kMaxCachedBytes = std::size_t{64} << 10U;

// Makes a text the key to its rendering: adds what of it was printed by actions, since equal texts
// of which other parts were printed must be checked anew, and, to tell the two apart, its length.
void BecomeKey(const std::vector<gotemplate::OutputSpan>& spans, std::string& text) {
  const auto append = [&text](std::array<std::size_t, 2> numbers, std::size_t count) {
    std::array<char, sizeof(numbers)> bytes{};
    std::memcpy(bytes.data(), numbers.data(), sizeof(numbers));
    text.append(bytes.data(), count * sizeof(numbers[0]));
  };
  const std::size_t size = text.size();
  for (const gotemplate::OutputSpan& span : spans) append({span.begin, span.end}, 2);
  append({size}, 1);
}

}  // namespace

Renderer::Renderer(std::shared_ptr<const Config> config,
                   std::shared_ptr<const kubetypes::MeshConfig> mesh, Rendered::Use use)
    : config_(std::move(config)), mesh_(std::move(mesh)), use_(use) {}

Result<std::shared_ptr<const Rendered>> Renderer::Render(const PodParts& pod, Arena& arena,
                                                         const Options& options) {
  const gotemplate::Value data = MakeTemplateData(pod, *mesh_, arena);
  std::vector<gotemplate::OutputSpan> spans;
  spans.reserve(kUsualSpans);
  std::string text;
  text.reserve(kUsualBytes);
  gotemplate::ExecOptions run = {.limits = kLimits, .spans = &spans};
  if (options.is_late) run.is_late = &options.is_late;
  run.depends_on_data = options.depends_on_pod;
  Result<void> executed = config_->injection_template().Execute(data, arena, run, text);
  if (options.text != nullptr) *options.text = text;
  if (!executed.has_value()) return std::move(executed).error();

  const Rendered::Options decoding = {
      .use = use_, .version = config_->version(), .compat = config_->compat()};
  const std::size_t size = text.size();
  if (size > kMaxCachedBytes) return Rendered::Decode(text, spans, decoding);
  BecomeKey(spans, text);
  if (std::shared_ptr<const Rendered> known = Lookup(text)) return known;
  ASSIGN_OR_RETURN(const std::shared_ptr<const Rendered> rendered,
                   Rendered::Decode(std::string_view(text).substr(0, size), spans, decoding));
  text.shrink_to_fit();
  Remember(std::move(text), rendered);
  return rendered;
}

std::shared_ptr<const Rendered> Renderer::Lookup(std::string_view key) {
  const std::lock_guard lock(mutex_);
  // Pods come in bursts: comparing takes less than hashing.
  if (!entries_.empty() && entries_.front().first == key) return entries_.front().second;
  const auto it = by_key_.find(key);
  if (it == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, it->second);
  return it->second->second;
}

void Renderer::Remember(std::string key, const std::shared_ptr<const Rendered>& rendered) {
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return;  // Another thread was faster.
  entries_.emplace_front(std::move(key), rendered);
  by_key_.emplace(entries_.front().first, entries_.begin());
  if (entries_.size() <= kCacheEntries) return;
  by_key_.erase(entries_.back().first);
  entries_.pop_back();
}

}  // namespace sidecar::inject
