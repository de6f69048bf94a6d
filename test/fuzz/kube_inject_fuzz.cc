// Any document through kube-inject with the built-in template: it is refused, passed through, or
// injected, and what was injected is left alone by a second pass.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "lib/inject/builtin_template.h"
#include "lib/inject/config.h"
#include "lib/inject/document.h"
#include "lib/kubetypes/mesh_config.h"

namespace sidecar::inject {
namespace {

std::shared_ptr<const Config> BuiltinConfig() {
  ConfigText text;
  text.policy = "enabled";
  Params params;
  params.init_image = "init";
  params.proxy_image = "proxy";
  text.template_text = BuiltinTemplate(params, Compat::k0_5_1);
  auto config = Config::Compile(text, Compat::k0_5_1);
  if (!config.has_value()) std::abort();
  return *config;
}

void InjectTwice(std::string_view document) {
  static const std::shared_ptr<const Config> config = BuiltinConfig();
  static const auto mesh = std::make_shared<const kubetypes::MeshConfig>(
      kubetypes::DefaultMeshConfig(MeshReleaseOf(Compat::k0_5_1)));
  DocumentInjector injector(config, mesh, {});
  DocumentError failure;
  std::string once;
  if (!injector.Inject(document, once, failure).has_value()) return;
  // The separator that follows every document is no part of it.
  constexpr std::string_view kSeparator = "---\n";
  if (once.ends_with(kSeparator)) once.resize(once.size() - kSeparator.size());
  std::string twice;
  if (!injector.Inject(once, twice, failure).has_value()) std::abort();
  if (twice != once + std::string(kSeparator)) std::abort();
}

}  // namespace
}  // namespace sidecar::inject

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sidecar::inject::InjectTwice({reinterpret_cast<const char*>(data), size});
  return 0;
}
