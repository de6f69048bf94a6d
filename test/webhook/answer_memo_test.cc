#include "webhook/answer_memo.h"

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "test/webhook/inject_request.h"

namespace sidecar::webhook {
namespace {

using inject::Reason;

constexpr std::string_view kUid = "e62272a7-287c-4b7b-bfc5-c578ae589881";
constexpr std::string_view kOtherUid = "00000000-1111-2222-3333-444444444444";
constexpr std::string_view kConfig =
    "policy: enabled\n"
    "template: |\n"
    "  containers:\n"
    "  - name: istio-proxy\n"
    "    image: proxy-of-{{ .ObjectMeta.Labels.app }}\n";

using Snapshot = std::shared_ptr<const InjectionSnapshot>;

Snapshot MakeSnapshot(std::uint64_t generation, std::string_view config = kConfig) {
  auto made = MakeInjectionSnapshot({.config = std::string(config), .mesh = ""},
                                    inject::Compat::k0_5_0, generation);
  return made.has_value() ? *std::move(made) : nullptr;
}

// As an API server writes it.
std::string Review(std::string_view uid, std::string_view app = "web") {
  std::string review = R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":)";
  review.append(R"({"uid":")").append(uid);
  review += R"(","kind":{"group":"","version":"v1","kind":"Pod"},)";
  review += R"("resource":{"group":"","version":"v1","resource":"pods"},"namespace":"shop",)";
  review += R"("operation":"CREATE","userInfo":{"username":"controller"},"object":{"kind":"Pod",)";
  review += R"("apiVersion":"v1","metadata":{"generateName":"web-","labels":{"app":")";
  review.append(app);
  review += R"("},"ownerReferences":[{"kind":"ReplicaSet","name":"web"}]},)";
  review += R"("spec":{"containers":[{"name":"web","image":"web:1"}]}},"dryRun":false}})";
  return review;
}

HttpRequest Post(std::string body) {
  return InjectRequest(std::move(body), "/inject?timeout=10s");
}

auto PartsOf(const AdmissionAnswer& answer) {
  const HttpResponse& response = answer.response;
  const AdmissionOutcome& outcome = answer.outcome;
  return std::tie(response.status, response.content_type, response.body, response.headers,
                  outcome.reason, outcome.allowed, outcome.dry_run, outcome.uid,
                  outcome.namespace_name, outcome.name, outcome.owner, outcome.pod_template_hash,
                  outcome.operation, outcome.error);
}

class AnswerMemoTest : public testing::Test {
 protected:
  // Asks, expects what AnswerAdmission says, and tells whether it was known.
  bool Knows(const HttpRequest& request) {
    const std::uint64_t before = memo_.known_answers();
    answer_ = memo_.Answer(request, snapshot_, now_);
    const auto expected = AnswerAdmission(request, snapshot_.get(), {}, now_);
    EXPECT_EQ(PartsOf(answer_), PartsOf(expected)) << request.body;
    return memo_.known_answers() > before;
  }

  void Learn(const std::string& review) {
    Knows(Post(review));
    Knows(Post(review));
  }

  Snapshot snapshot_ = MakeSnapshot(1);
  SteadyClock now_ = &std::chrono::steady_clock::now;
  AnswerMemo memo_{AdmissionOptions()};
  AdmissionAnswer answer_;
};

TEST_F(AnswerMemoTest, TheSameReviewIsKnownFromTheThirdTimeOn) {
  EXPECT_FALSE(Knows(Post(Review(kUid))));
  EXPECT_FALSE(Knows(Post(Review(kOtherUid))));
  for (const char digit : {'a', 'b', 'Z', '9', '-'}) {
    std::string uid(kUid);
    uid.front() = uid.back() = digit;
    EXPECT_TRUE(Knows(Post(Review(uid))));
    EXPECT_EQ(answer_.outcome.uid, uid);
    EXPECT_EQ(answer_.outcome.reason, Reason::kInjected);
  }
}

TEST_F(AnswerMemoTest, AnyOtherByteIsAnsweredAnew) {
  const std::string review = Review(kUid);
  Learn(review);
  const std::size_t uid = review.find(kUid);
  for (std::size_t i = 0; i < review.size(); ++i) {
    if (i >= uid && i < uid + kUid.size()) continue;
    std::string other = review;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(Knows(Post(other))) << other;
  }
  EXPECT_FALSE(Knows(Post(review + ' ')));
  EXPECT_FALSE(Knows(Post(review.substr(0, review.size() - 1))));
  EXPECT_TRUE(Knows(Post(review)));
}

TEST_F(AnswerMemoTest, TheRestOfTheRequestCountsToo) {
  Learn(Review(kUid));
  const HttpRequest known = Post(Review(kOtherUid));
  HttpRequest request = known;
  request.method = "PUT";
  EXPECT_FALSE(Knows(request));
  request = known;
  request.target = "/injector?timeout=10s";
  EXPECT_FALSE(Knows(request));
  request = known;
  request.content_type = "text/plain";
  EXPECT_FALSE(Knows(request));
  EXPECT_TRUE(Knows(known));
}

TEST_F(AnswerMemoTest, AUidThatIsWrittenOtherwiseIsAnsweredAnew) {
  Learn(Review(kUid));
  for (const std::string_view uid :
       {R"(\u0041-287c-4b7b-bfc5-c578ae589881xx)", R"(e62272a7","name":"evil","xx":"123456)",
        R"(e62272a7-287c-4b7b-bfc5-c578ae58988\)", "e62272a7_287c_4b7b_bfc5_c578ae589881",
        "e62272a7-287c-4b7b-bfc5-c578ae5898\xC3\xA9"}) {
    ASSERT_EQ(uid.size(), kUid.size()) << uid;
    EXPECT_FALSE(Knows(Post(Review(uid)))) << uid;
  }
  EXPECT_FALSE(Knows(Post(Review(std::string(kUid) + "1"))));
  EXPECT_FALSE(Knows(Post(Review(kUid.substr(1)))));
}

TEST_F(AnswerMemoTest, TheLastOfTwoUidsIsTheOneThatMayDiffer) {
  const auto review = [](std::string_view first, std::string_view last) {
    return Review(std::string(first) + R"(","uid":")" + std::string(last));
  };
  Learn(review("aaaa1111", "bbbb2222"));
  EXPECT_TRUE(Knows(Post(review("aaaa1111", "cccc3333"))));
  EXPECT_EQ(answer_.outcome.uid, "cccc3333");
  EXPECT_FALSE(Knows(Post(review("cccc3333", "bbbb2222"))));
}

TEST_F(AnswerMemoTest, WhatIsNotKept) {
  std::string uid_behind = Review(kUid);
  uid_behind.insert(1, std::string(100, ' '));
  struct Case {
    std::string_view what;
    std::string review;
  };
  const std::array cases = {
      Case{"uid in the pod", Review(kUid, kUid)},
      Case{"uid in the answer", Review("Injected")},
      Case{"uid with an escape", Review(R"(e62272a7\u002d287c)")},
      Case{"uid of other characters", Review("a_b_c_d_e")},
      Case{"no uid", Review("")},
      Case{"uid far behind", uid_behind},
      Case{"no JSON", Review(kUid) + "}"},
      Case{"no review", R"({"kind":"Pod"})"},
      Case{"template error", Review(kUid, R"(a\n- b: {)")},
      Case{"large", Review(kUid, std::string(AnswerMemo::kMaxReviewBytes, 'a'))}};
  for (const Case& test : cases) {
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(Knows(Post(test.review))) << test.what;
    const bool fails = test.what.starts_with("no ") || test.what == "template error";
    EXPECT_EQ(answer_.outcome.error.empty(), !fails || test.what == "no uid") << test.what;
  }
}

TEST_F(AnswerMemoTest, PodsThatAreLeftAloneAreKnownToo) {
  std::string review = Review(kUid);
  review.replace(review.find("CREATE"), 6, "UPDATE");
  Learn(review);
  EXPECT_TRUE(Knows(Post(review)));
  EXPECT_EQ(answer_.outcome.reason, Reason::kNotACreation);
}

TEST_F(AnswerMemoTest, AnotherConfigurationAnswersItself) {
  Learn(Review(kUid));
  const std::string old_body = memo_.Answer(Post(Review(kUid)), snapshot_).response.body;
  snapshot_ = MakeSnapshot(2, "policy: enabled\ntemplate: 'containers: [{name: other}]'\n");
  EXPECT_FALSE(Knows(Post(Review(kUid))));
  EXPECT_NE(answer_.response.body, old_body);
  EXPECT_TRUE(Knows(Post(Review(kOtherUid))));
  snapshot_ = nullptr;
  EXPECT_FALSE(Knows(Post(Review(kUid))));
}

TEST_F(AnswerMemoTest, AnOldConfigurationIsNotKeptAlive) {
  Learn(Review(kUid));
  ASSERT_TRUE(Knows(Post(Review(kUid))));
  const std::weak_ptr<const InjectionSnapshot> old = snapshot_;
  snapshot_ = MakeSnapshot(2);
  EXPECT_TRUE(old.expired());
}

TEST_F(AnswerMemoTest, ALateReviewIsNotAnsweredFromMemory) {
  Learn(Review(kUid));
  HttpRequest request = Post(Review(kUid));
  now_ = [&request] { return request.received + std::chrono::seconds(20); };
  EXPECT_FALSE(Knows(request));
  EXPECT_EQ(answer_.outcome.reason, Reason::kOutOfTime);
  now_ = [&request] { return request.received; };
  EXPECT_TRUE(Knows(request));
}

TEST_F(AnswerMemoTest, TheLeastRecentlyUsedAnswerGoesFirst) {
  const auto review = [](std::size_t i) { return Review(kUid, "app-" + std::to_string(i + 100)); };
  for (std::size_t i = 0; i < AnswerMemo::kMaxAnswers; ++i) Learn(review(i));
  EXPECT_TRUE(Knows(Post(review(0))));
  Learn(review(AnswerMemo::kMaxAnswers));
  EXPECT_TRUE(Knows(Post(review(0))));
  EXPECT_TRUE(Knows(Post(review(2))));
  EXPECT_FALSE(Knows(Post(review(1))));
}

TEST_F(AnswerMemoTest, LargeReviewsLeaveSpaceForFewer) {
  constexpr std::size_t kLabel = 9'000;
  const auto review = [](char c) { return Review(kUid, std::string(kLabel, c)); };
  constexpr std::size_t kFitting = AnswerMemo::kMaxBytes / kLabel;
  static_assert(kFitting < AnswerMemo::kMaxAnswers);
  for (std::size_t i = 0; i <= kFitting; ++i) Learn(review(static_cast<char>('A' + i)));
  EXPECT_FALSE(Knows(Post(review('A'))));
  EXPECT_TRUE(Knows(Post(review(static_cast<char>('A' + kFitting)))));
}

TEST_F(AnswerMemoTest, ThreadsGetTheAnswersToTheirOwnReviews) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 200;
  const std::array<Snapshot, 2> snapshots = {MakeSnapshot(1), MakeSnapshot(2)};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread, &snapshots] {
      for (int round = 0; round < kRounds; ++round) {
        std::string uid(kUid);
        uid.replace(0, 8, std::to_string(10'000'000 + thread * kRounds + round));
        const HttpRequest request = Post(Review(uid, "app-" + std::to_string(round % 3)));
        const Snapshot& snapshot = snapshots[static_cast<std::size_t>(round / 50 % 2)];
        const auto answer = memo_.Answer(request, snapshot);
        const auto expected = AnswerAdmission(request, snapshot.get(), {});
        EXPECT_EQ(PartsOf(answer), PartsOf(expected));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(memo_.known_answers(), 0U);
}

// An answer is known only as long as templates are functions of the pod.
TEST(AnswerMemo, ATemplateOfWhichTextsVaryIsNoConfiguration) {
  for (const std::string_view call :
       {"now", "uuidv4", "randAlphaNum 5", "genPrivateKey `ecdsa`", "ago 1", "bcrypt `a`",
        "genCA `a` 1", "shuffle `abc`", "getHostByName `a`"}) {
    EXPECT_EQ(MakeSnapshot(1, "policy: enabled\ntemplate: '{{ " + std::string(call) + " }}'\n"),
              nullptr)
        << call;
  }
}

}  // namespace
}  // namespace sidecar::webhook
