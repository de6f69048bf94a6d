#include "lib/inject/renderer.h"

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
constexpr std::size_t kUsualBytes = 4U << 10U;
constexpr std::size_t kMaxCachedBytes = std::size_t{64} << 10U;

// The text, and what of it was printed by actions: equal texts of which other parts were printed
// must be checked anew.
std::string KeyOf(std::string_view text, const std::vector<gotemplate::OutputSpan>& spans) {
  constexpr std::size_t kBytesOfSpan = 12;
  std::string key;
  key.reserve(text.size() + spans.size() * kBytesOfSpan);
  key += text;
  for (const gotemplate::OutputSpan& span : spans) {
    key += '\0';
    key += std::to_string(span.begin);
    key += '-';
    key += std::to_string(span.end);
  }
  return key;
}

}  // namespace

Renderer::Renderer(std::shared_ptr<const Config> config,
                   std::shared_ptr<const kubetypes::MeshConfig> mesh, Rendered::Use use)
    : config_(std::move(config)), mesh_(std::move(mesh)), use_(use) {}

Result<std::shared_ptr<const Rendered>> Renderer::Render(const PodParts& pod, Arena& arena,
                                                         const Options& options) {
  const gotemplate::Value data = MakeTemplateData(pod, *mesh_, arena);
  std::vector<gotemplate::OutputSpan> spans;
  std::string text;
  text.reserve(kUsualBytes);
  gotemplate::ExecOptions run = {.limits = kLimits, .spans = &spans};
  if (options.is_late) run.is_late = &options.is_late;
  run.depends_on_data = options.depends_on_pod;
  Result<void> executed = config_->injection_template().Execute(data, arena, run, text);
  if (options.text != nullptr) *options.text = text;
  if (!executed.has_value()) return std::move(executed).error();

  if (text.size() > kMaxCachedBytes) return Rendered::Decode(text, spans, use_);
  std::string key = KeyOf(text, spans);
  if (std::shared_ptr<const Rendered> known = Lookup(key)) return known;
  ASSIGN_OR_RETURN(const std::shared_ptr<const Rendered> rendered,
                   Rendered::Decode(text, spans, use_));
  Remember(std::move(key), rendered);
  return rendered;
}

std::shared_ptr<const Rendered> Renderer::Lookup(const std::string& key) {
  const std::lock_guard lock(mutex_);
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
