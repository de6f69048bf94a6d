#include "controller/webhook_config_reconciler.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/webhook_selector.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace asio = boost::asio;
using kube::WatchEventType;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

std::string_view Describe(CaBundleState state) {
  switch (state) {
    case CaBundleState::kEqual: return "right";
    case CaBundleState::kEmpty: return "empty";
    case CaBundleState::kOther: return "another";
    case CaBundleState::kNoWebhook: return "no such webhook";
  }
  return "";
}

std::string Join(const std::vector<WebhookFinding>& findings) {
  std::string text;
  for (const WebhookFinding& finding : findings) {
    text += (text.empty() ? "" : "; ") + finding.code + ": " + finding.message;
  }
  return text;
}

}  // namespace

asio::awaitable<Result<WebhookApi>> DiscoverWebhookApi(kube::ApiClient& client,
                                                       std::string configuration) {
  kube::ListOptions options;
  options.field_selector = "metadata.name=" + configuration;
  options.limit = 1;
  kube::ApiRequest request = kube::ListRequest(kube::kMutatingWebhooks, {}, options);
  const Result<Json> reply = co_await client.Call(std::move(request));
  if (reply.has_value()) co_return WebhookApi::kV1;
  if (reply.error().code == ErrorCode::kNotFound) co_return WebhookApi::kV1Beta1;
  co_return Error(reply.error()).Annotate("find out which webhook configurations there are");
}

WebhookConfigReconciler::WebhookConfigReconciler(Options options, kube::ApiClient& client,
                                                 Logger& log, observe::MetricRegistry& metrics)
    : options_(std::move(options)),
      client_(client),
      log_(log),
      writes_(metrics.AddCounter("sidecar_injector_ca_bundle_writes_total",
                                 "Times that the webhook's caBundle was written.")),
      restores_(metrics.AddCounter("sidecar_injector_ca_bundle_restores_total",
                                   "Of these, times that somebody else had changed it.")),
      findings_gauge_(metrics.AddGauge(
          "sidecar_injector_webhook_findings",
          "Things about the MutatingWebhookConfiguration that keep pods from being injected.")) {}

kube::Resource WebhookConfigReconciler::resource() const {
  return api_ == WebhookApi::kV1 ? kube::kMutatingWebhooks : kube::kMutatingWebhooksV1Beta1;
}

kube::ReflectorOptions WebhookConfigReconciler::ReflectorFor() const {
  kube::ReflectorOptions options;
  options.resource = resource();
  options.field_selector = "metadata.name=" + options_.spec.configuration;
  return options;
}

kube::ReflectorSink WebhookConfigReconciler::Sink() {
  const auto is_it = [name = options_.spec.configuration](const Json& object) {
    return StringField(object, "metadata.name") == name;
  };
  const auto aside = std::make_shared<std::shared_ptr<const Json>>();
  kube::ReflectorSink sink;
  sink.list_started = [aside] { aside->reset(); };
  sink.listed = [aside, is_it](const Json& object) -> Result<void> {
    if (is_it(object)) *aside = std::make_shared<const Json>(object);
    return {};
  };
  sink.replaced = [this, aside] { Seen(std::exchange(*aside, nullptr)); };
  sink.changed = [this, is_it](WatchEventType type, const Json& object) -> Result<void> {
    if (!is_it(object)) return {};
    Seen(type == WatchEventType::kDeleted ? nullptr : std::make_shared<const Json>(object));
    return {};
  };
  return sink;
}

void WebhookConfigReconciler::Seen(std::shared_ptr<const Json> object) {
  object_.Publish(object);
  synced_ = true;  // Who sees this must not see that there is no object.
  if (object == nullptr) {
    options_.selector_seen(nullptr);
  } else {
    absence_logged_ = false;
    Inspect(*object);
  }
  options_.enqueue(milliseconds(0));
}

void WebhookConfigReconciler::Inspect(const Json& object) {
  const Json* const webhook = FindWebhook(object, options_.spec.webhook);
  std::shared_ptr<const kubetypes::LabelSelector> selector;
  if (webhook != nullptr) {
    auto read = ReadSelectors(*webhook);
    if (read.has_value()) {
      selector = std::make_shared<const kubetypes::LabelSelector>(std::move(read->namespaces));
    }
  }
  options_.selector_seen(std::move(selector));

  const std::vector<WebhookFinding> findings = InspectWebhook(object, options_.spec);
  findings_gauge_.Set(static_cast<double>(findings.size()));
  std::string text = Join(findings);
  if (text == findings_) return;
  findings_ = std::move(text);
  for (const WebhookFinding& finding : findings) {
    log_.Warning("webhook configuration", {{"name", options_.spec.configuration},
                                           {"finding", finding.code},
                                           {"explanation", finding.message}});
  }
}

asio::awaitable<Result<void>> WebhookConfigReconciler::Reconcile() {
  const auto wanted = options_.ca_bundle->Get();
  const bool is_known = wanted != nullptr && !wanted->empty();
  if (!synced_ || !options_.is_leader()) co_return Result<void>{};
  if (!is_known && !options_.others_fill_bundle) co_return Result<void>{};
  const auto object = object_.Get();
  if (object == nullptr) {
    const std::string bundle = is_known ? *wanted : std::string();
    if (options_.manage) co_return co_await Create(bundle);
    if (!std::exchange(absence_logged_, true)) {
      log_.Warning("there is no MutatingWebhookConfiguration: no pod is injected until there is",
                   {{"name", options_.spec.configuration}});
    }
    co_return Result<void>{};
  }
  if (!is_known) co_return Result<void>{};
  CaBundleDecision decision = DecideCaBundle(*object, options_.spec, *wanted);
  if (decision.patch.empty()) co_return Result<void>{};
  const milliseconds delay = std::chrono::ceil<milliseconds>(limit_.Delay(steady_clock::now()));
  if (delay > milliseconds::zero()) {
    const std::string writer = LastCaBundleWriter(*object, options_.spec.webhook);
    if (!std::exchange(fight_logged_, true)) {
      log_.Warning("somebody keeps changing the webhook's caBundle: writing it less often",
                   {{"name", options_.spec.configuration},
                    {"writer", writer.empty() ? "unknown" : writer},
                    {"delay_ms", delay.count()}});
      Note(true, "CaBundleContested",
           "somebody (" + (writer.empty() ? "unknown" : writer) +
               ") keeps changing the caBundle of webhook " + options_.spec.webhook);
    }
    options_.enqueue(delay);
    co_return Result<void>{};
  }
  const bool is_restore = written_bundle_ == *wanted;
  const Result<void> written = co_await Write(std::move(decision), object);
  if (!written.has_value()) co_return written;
  if (is_restore) restores_.Increment();
  written_bundle_ = *wanted;
  co_return Result<void>{};
}

asio::awaitable<Result<void>> WebhookConfigReconciler::Create(std::string ca_bundle) {
  const Json body = MakeWebhookConfiguration(options_.spec, api_, ca_bundle);
  kube::ApiRequest request = kube::CreateRequest(resource(), {}, body.dump());
  const Result<Json> reply = co_await client_.Call(std::move(request));
  if (!reply.has_value()) {
    // Somebody was faster: the watch will show it.
    if (reply.error().code == ErrorCode::kAlreadyExists) co_return Result<void>{};
    co_return Error(reply.error())
        .Annotate("create MutatingWebhookConfiguration " + options_.spec.configuration);
  }
  writes_.Increment();
  written_bundle_ = std::move(ca_bundle);
  log_.Info("MutatingWebhookConfiguration created", {{"name", options_.spec.configuration}});
  co_return Result<void>{};
}

asio::awaitable<Result<void>> WebhookConfigReconciler::Write(CaBundleDecision decision,
                                                             std::shared_ptr<const Json> before) {
  const std::string writer = LastCaBundleWriter(*before, options_.spec.webhook);
  kube::Patch patch;
  patch.body = std::move(decision.patch);
  kube::ApiRequest request =
      kube::PatchRequest(resource(), {}, options_.spec.configuration, std::move(patch));
  Result<Json> reply = co_await client_.Call(std::move(request));
  if (!reply.has_value()) {
    co_return std::move(reply).error().Annotate("patch the caBundle of " +
                                                options_.spec.configuration);
  }
  // Not to decide by the old one until the watch has caught up; but where the watch was faster, it
  // may know of what came after our write.
  if (object_.Get() == before &&
      StringField(*reply, "metadata.name") == options_.spec.configuration) {
    object_.Publish(std::make_shared<const Json>(*std::move(reply)));
  }
  const steady_clock::time_point now = steady_clock::now();
  limit_.Wrote(now);
  if (!limit_.IsFighting(now)) fight_logged_ = false;
  writes_.Increment();
  log_.Info("caBundle written", {{"name", options_.spec.configuration},
                                 {"webhook", options_.spec.webhook},
                                 {"was", Describe(decision.state)},
                                 {"last_writer", writer.empty() ? "unknown" : writer}});
  co_return Result<void>{};
}

void WebhookConfigReconciler::Note(bool warning, std::string reason, std::string message) {
  const auto object = object_.Get();
  options_.events({resource(),
                   {},
                   options_.spec.configuration,
                   object == nullptr ? "" : StringField(*object, "metadata.uid"),
                   warning,
                   std::move(reason),
                   std::move(message)});
}

}  // namespace sidecar::controller
