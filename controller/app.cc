#include "controller/app.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "controller/admission_trial.h"
#include "controller/namespace_rows.h"
#include "lib/kube/protocol/resources.h"
#include "webhook/configz.h"
#include "webhook/endpoint.h"

namespace sidecar::controller {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr const char* kWebhookKey = "webhook";
// How soon after a conflict the object is looked at again; the watch brings the new one meanwhile.
constexpr milliseconds kAfterConflict{50};
constexpr std::chrono::seconds kDiscoveryRetry{2};
// How often is looked whether the start is over.
constexpr milliseconds kStartPoll{100};
constexpr std::chrono::seconds kLeaderPoll{1};
constexpr std::chrono::seconds kBeforeFirstReport{5};
constexpr std::chrono::seconds kReportInterval{30};
// Where reading all pods takes long, it is done the more seldom: a twentieth of the time at most.
constexpr int kPausesPerReport = 20;

asio::awaitable<void> Sleep(std::chrono::nanoseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

// So that installations do not ask in step.
milliseconds UpToAFifthMore(milliseconds time) {
  std::random_device random;
  std::uniform_int_distribution<std::int64_t> more(0, time.count() / 5);
  return time + milliseconds(more(random));
}

}  // namespace

App::App(ControllerOptions options, kube::ApiClient& client, Logger& log,
         observe::MetricRegistry& metrics, observe::Readiness& readiness,
         asio::any_io_executor executor)
    : options_(std::move(options)),
      client_(client),
      log_(log),
      metrics_(metrics),
      executor_(std::move(executor)),
      tasks_(executor_),
      election_(executor_),
      control_(tasks_.NewStrand()),
      configuration_(options_.compat, log, metrics, readiness),
      certificates_(options_,
                    {[this] { return IsLeader(); }, [this] { return BundlesOfServer(); },
                     [this] { webhook_queue_.Add(kWebhookKey); }},
                    client, log, metrics, readiness),
      admission_metrics_(metrics),
      webhook_queue_(control_),
      namespace_queue_(control_),
      config_maps_({options_.config_maps, options_.default_config}, configuration_,
                   [this](EventNote note) { Note(std::move(note)); }),
      namespaces_({options_.admission.ignored_namespaces, [this] { return CurrentPolicy(); },
                   [this](const std::string& name) { namespace_queue_.Add(name); },
                   [this](EventNote note) { Note(std::move(note)); }},
                  client, log, metrics),
      webhook_config_({options_.webhook, options_.manage_webhook, &certificates_.ca_bundle(),
                       OthersFillBundle(), [this] { return IsLeader(); },
                       [this](milliseconds delay) { webhook_queue_.Add(kWebhookKey, delay); },
                       [this](auto selector) { SawWebhook(std::move(selector)); },
                       [this](EventNote note) { Note(std::move(note)); }},
                      client, log, metrics),
      recorder_(client,
                {"sidecar-injector", options_.election.identity,
                 options_.control_namespace + '/' + options_.webhook.configuration},
                log, control_),
      elector_(client, ElectorOptions(), log, control_,
               [this](bool leads) { BecameLeader(leads); }),
      preflight_(RequiredPermissions(Scope()), client, log, metrics, readiness),
      reports_(ReportOptions(), client, log, metrics),
      statuses_({options_.webhook.configuration, options_.deployment, [this] { return IsLeader(); },
                 [this] { return Facts(); }},
                client, log, metrics),
      pages_(options_.service.ui ? MakePages(readiness) : nullptr),
      service_(options_.service, Sources(),
               webhook::MakeInjectionEndpoint(
                   options_.admission, configuration_.published(), admission_metrics_, log,
                   {&refused_, options_.service.ui ? &decisions_ : nullptr}),
               metrics, readiness, log, executor_) {
  metrics.AddReading(observe::MetricRegistry::Kind::kGauge, "sidecar_injector_leader",
                     "1 while this replica is the one that writes.",
                     [this] { return IsLeader() ? 1 : 0; });
}

App::~App() = default;

webhook::ServiceSources App::Sources() {
  webhook::ServiceSources sources{certificates_.tls(), {}, {}, {}};
  sources.describe = [this] {
    const auto snapshot = configuration_.published().Get();
    return webhook::DescribeConfiguration(snapshot.get(), certificates_.facts());
  };
  sources.reload = [this] { certificates_.Reload(); };
  sources.files = certificates_.files();
  sources.pages = pages_.get();
  return sources;
}

std::unique_ptr<webhook::WebPages> App::MakePages(const observe::Readiness& readiness) {
  webhook::WebPagesSources sources{
      options_.version,    "controller", options_.admission, configuration_.published(),
      certificates_.tls(), readiness,    decisions_};
  if (options_.election.enabled) sources.leads = [this] { return IsLeader(); };
  sources.ca_bundle = [this] {
    const auto bundle = certificates_.ca_bundle().Get();
    return bundle == nullptr ? std::string() : *bundle;
  };
  sources.namespaces = [this] {
    return ShowNamespaces(namespaces_.store().Snapshot(), webhook_selector_.Get().get(),
                          options_.admission.ignored_namespaces);
  };
  return std::make_unique<webhook::WebPages>(std::move(sources));
}

kube::LeaderElectorOptions App::ElectorOptions() const {
  const ElectionOptions& election = options_.election;
  kube::LeaderElectorOptions options;
  options.ns = options_.control_namespace;
  options.name = election.lease;
  options.identity = election.identity;
  options.times = {election.lease_duration, election.renew_deadline, election.retry_period};
  return options;
}

PermissionScope App::Scope() const {
  PermissionScope scope;
  scope.control_namespace = options_.control_namespace;
  scope.inject_config_map = options_.config_maps.inject.name;
  scope.mesh_config_map = options_.config_maps.mesh.name;
  scope.webhook_configuration = options_.webhook.configuration;
  scope.manage_webhook = options_.manage_webhook;
  scope.elects_leader = options_.election.enabled;
  scope.lease = options_.election.lease;
  scope.certificates = options_.certificates.mode;
  scope.secret = options_.certificates.secret;
  const std::string& signer = options_.certificates.signer;
  scope.signer = signer.empty() ? "kubernetes.io/legacy-unknown" : signer;
  scope.deployment = options_.deployment;
  return scope;
}

bool App::OthersFillBundle() const {
  return options_.certificates.mode == CertificateMode::kFiles &&
         options_.certificates.ca_file.empty();
}

inject::Policy App::CurrentPolicy() const {
  const auto snapshot = configuration_.published().Get();
  return snapshot == nullptr ? inject::Policy::kUnknown : snapshot->renderer->config().policy();
}

Result<webhook::ServicePorts> App::Start() {
  const auto ports = service_.Start();
  if (!ports.has_value()) return ports;
  Reflect(config_maps_.InjectReflector(), config_maps_.InjectSink());
  Reflect(config_maps_.MeshReflector(), config_maps_.MeshSink());
  Reflect(NamespaceReconciler::ReflectorFor(), namespaces_.Sink());
  Spawn("webhook configuration", &App::FollowWebhook);
  Spawn("webhook queue", &App::ReconcileWebhook);
  Spawn("namespace queue", &App::ReconcileNamespaces);
  election_.Spawn("election", control_, [this] { return Lead(); });
  Spawn("preflight", &App::RunPreflight);
  Spawn("events", &App::WriteEvents);
  Spawn("reports", &App::WriteReports);
  tasks_.Spawn("certificates", tasks_.NewStrand(), [this] { return certificates_.Run(); });
  return ports;
}

void App::Wait() {
  service_.Wait();
  stopping_ = true;
  elector_.Resign();
  asio::co_spawn(executor_, election_.Join(), asio::use_future).get();
  tasks_.Stop();
  asio::co_spawn(executor_, tasks_.Join(), asio::use_future).get();
}

void App::Spawn(const char* name, asio::awaitable<void> (App::*task)()) {
  tasks_.Spawn(name, control_, [this, task] { return (this->*task)(); });
}

void App::Reflect(kube::ReflectorOptions options, kube::ReflectorSink sink) {
  const std::string name(options.resource.plural);
  const std::string selector = options.field_selector;
  reflectors_.push_back(
      std::make_unique<kube::Reflector>(client_, std::move(options), std::move(sink), log_));
  kube::Reflector& reflector = *reflectors_.back();
  const auto count = [&](const char* what, const char* help, const auto& value) {
    metrics_.AddReading(observe::MetricRegistry::Kind::kCounter,
                        std::string("sidecar_injector_watch_") + what, help,
                        [&value] { return static_cast<double>(value.load()); },
                        {{"resource", name}, {"selector", selector}});
  };
  const kube::ReflectorCounters& counters = reflector.counters();
  count("lists_total", "Lists completed.", counters.lists);
  count("watches_total", "Watches begun.", counters.watches);
  count("events_total", "Events received.", counters.events);
  count("failures_total", "Lists and watches that failed.", counters.failures);
  count("bad_objects_total", "Objects that were passed over.", counters.bad_objects);
  tasks_.Spawn("reflector of " + name, control_, [&reflector] { return reflector.Run(); });
}

asio::awaitable<void> App::FollowWebhook() {
  std::string last_error;  // Every two seconds the same is no news.
  for (;;) {
    const Result<WebhookApi> api =
        co_await DiscoverWebhookApi(client_, options_.webhook.configuration);
    if (api.has_value()) {
      webhook_config_.SetApi(*api);
      break;
    }
    if (api.error().message != last_error) {
      log_.Warning("cannot find out about webhook configurations yet",
                   {{"error", api.error().message}});
    }
    last_error = api.error().message;
    co_await Sleep(kDiscoveryRetry);
  }
  Reflect(webhook_config_.ReflectorFor(), webhook_config_.Sink());
}

void App::SawWebhook(std::shared_ptr<const kubetypes::LabelSelector> selector) {
  webhook_selector_.Publish(selector);
  namespaces_.SetSelector(std::move(selector));
  const bool is_there = webhook_config_.object() != nullptr;
  if (webhook_seen_ == is_there) return;
  webhook_seen_ = is_there;
  certificates_.Wake();
}

asio::awaitable<void> App::ReconcileWebhook() {
  return webhook_queue_.Run([this](const std::string&) {
    return [](App& app) -> asio::awaitable<kube::ReconcileOutcome> {
      const Result<void> done = co_await app.webhook_config_.Reconcile();
      kube::ReconcileOutcome outcome;
      if (done.has_value()) co_return outcome;
      if (done.error().code == ErrorCode::kConflict) {
        outcome.again = kAfterConflict;
        co_return outcome;
      }
      app.log_.Warning("cannot keep the webhook configuration right",
                       {{"error", done.error().message}});
      outcome.succeeded = false;
      co_return outcome;
    }(*this);
  });
}

asio::awaitable<void> App::ReconcileNamespaces() {
  return namespace_queue_.Run([this](const std::string& name) {
    return [](App& app, std::string key) -> asio::awaitable<kube::ReconcileOutcome> {
      kube::ReconcileOutcome outcome;
      if (!app.IsLeader()) co_return outcome;
      const Result<void> done = co_await app.namespaces_.Reconcile(std::move(key));
      outcome.succeeded = done.has_value();
      if (!done.has_value()) {
        app.log_.Warning("cannot survey a namespace", {{"error", done.error().message}});
      }
      co_return outcome;
    }(*this, name);
  });
}

asio::awaitable<void> App::Lead() {
  // Before the configuration and the webhook have been looked at, there is nothing to do for a
  // leader. It need not be ready, for who has no certificate makes one only as the leader.
  while (!stopping_ && !config_maps_.HasSynced()) co_await Sleep(kStartPoll);
  if (stopping_) co_return;
  if (options_.election.enabled) {
    co_await elector_.Run();
  } else {
    BecameLeader(true);
  }
}

void App::BecameLeader(bool leads) {
  certificates_.Wake();
  if (!leads) return;
  webhook_queue_.Add(kWebhookKey);
  config_maps_.ReportProblem();
  namespaces_.CatchUp(elector_.LedBefore().value_or(started_));
}

bool App::IsLeader() const {
  return !options_.election.enabled || elector_.IsLeader();
}

void App::Note(EventNote note) {
  if (!IsLeader()) return;  // The leader sees the same.
  const kube::ObjectReference object{note.resource.ApiVersion(), std::string(note.resource.kind),
                                     std::move(note.namespace_name), std::move(note.name),
                                     std::move(note.uid)};
  const kube::EventText text{note.warning, std::move(note.reason), std::move(note.message),
                             note.happened};
  recorder_.Record(object, text);
}

ServerBundles App::BundlesOfServer() const {
  ServerBundles bundles;
  bundles.known = webhook_config_.HasSynced();
  if (const auto object = webhook_config_.object(); object != nullptr) {
    auto bundle = CaBundleOf(*object, options_.webhook.webhook);
    if (bundle.has_value()) bundles.bundles.push_back(*std::move(bundle));
  }
  return bundles;
}

asio::awaitable<void> App::WriteEvents() {
  return recorder_.Run();
}

asio::awaitable<void> App::RunPreflight() {
  return preflight_.Run();
}

ReportReconciler::Options App::ReportOptions() {
  ReportReconciler::Options options;
  options.may_write = [this] { return IsLeader(); };
  options.current = [this]() -> std::optional<ReportedTemplate> {
    const auto snapshot = configuration_.published().Get();
    if (snapshot == nullptr) return std::nullopt;
    const inject::Config& config = snapshot->renderer->config();
    return ReportedTemplate{config.policy(), config.version()};
  };
  options.namespaces = [this] { return namespaces_.Injected(); };
  options.would_fail = [this](const std::string& name, const Json& pod) {
    return TryAdmission(pod, name, configuration_.published().Get().get(), options_.admission);
  };
  options.refused = [this](const std::string& name) {
    std::vector<RefusedOwner> owners;
    for (webhook::RefusedWorkload& refused : refused_.In(name)) {
      owners.push_back({std::move(refused.kind),
                        std::move(refused.name),
                        {std::string(ToString(refused.reason)), std::move(refused.message)}});
    }
    return owners;
  };
  return options;
}

InjectorFacts App::Facts() const {
  InjectorFacts facts;
  facts.version = options_.version;
  facts.control_namespace = options_.control_namespace;
  facts.server_name = options_.webhook.service + '.' + options_.webhook.service_namespace + ".svc";
  facts.config_map = options_.config_maps.namespace_name + '/' + options_.config_maps.inject.name;
  facts.resource_version = config_maps_.inject().resource_version;
  if (const auto snapshot = configuration_.published().Get(); snapshot != nullptr) {
    facts.template_hash = snapshot->renderer->config().version();
  }
  if (const auto problem = configuration_.problem(); problem.has_value()) {
    facts.config_problem = problem->message;
  }
  facts.certificate_mode = ToString(options_.certificates.mode);
  facts.chain = certificates_.chain();
  if (const auto bundle = certificates_.ca_bundle().Get(); bundle != nullptr) {
    facts.wanted_bundle = *bundle;
  }
  facts.renews = options_.certificates.mode != CertificateMode::kFiles;
  facts.renewal_spread =
      PolicyForService(options_.webhook.service, options_.control_namespace).identity;
  facts.webhook_known = webhook_config_.HasSynced();
  facts.webhook = webhook_config_.object();
  facts.spec = options_.webhook;
  facts.missing_permissions = preflight_.Missing();
  facts.leader = options_.election.identity;
  return facts;
}

asio::awaitable<void> App::WriteReports() {
  for (;;) {
    // A leader first finishes what it reports on.
    while (!IsLeader()) co_await Sleep(kLeaderPoll);
    co_await Sleep(kBeforeFirstReport);
    while (IsLeader()) {
      const auto begin = std::chrono::steady_clock::now();
      co_await statuses_.RunOnce();
      co_await reports_.RunOnce();
      const auto took = std::chrono::steady_clock::now() - begin;
      const auto pause =
          std::max<std::chrono::nanoseconds>(kReportInterval, took * kPausesPerReport);
      co_await Sleep(UpToAFifthMore(std::chrono::ceil<milliseconds>(pause)));
    }
  }
}

}  // namespace sidecar::controller
