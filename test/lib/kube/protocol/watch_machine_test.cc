#include "lib/kube/protocol/watch_machine.h"

#include <random>

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Do = WatchStep::Do;

// Drives a machine on a clock of its own.
class Driver {
 public:
  explicit Driver(double chance = 0) : machine_({}, [chance] { return chance; }) {
    step = machine_.Next(Started{}, now);
  }

  Driver& Pass(milliseconds time) {
    now += time;
    return *this;
  }
  Driver& Listed(std::string version, std::string token = "") {
    return Give(PageListed{std::move(version), std::move(token)});
  }
  Driver& ListFails(ErrorCode code) { return Give(ListFailed{{code, "list"}}); }
  Driver& WatchEnds() { return Give(WatchEnded{}); }
  Driver& WatchFails(ErrorCode code) { return Give(WatchEnded{Error{code, "watch"}}); }
  Driver& Event(WatchEventType type, const std::string& version) {
    EXPECT_TRUE(machine_.SawEvent(type, version));
    return *this;
  }
  Driver& StreamError(int code, const std::string& reason) {
    ApiStatus status;
    status.code = code;
    status.reason = reason;
    status.message = "stream";
    EXPECT_FALSE(machine_.SawError(status));
    EXPECT_FALSE(machine_.SawEvent(WatchEventType::kAdded, "9999"));
    return Give(WatchEnded{});
  }
  Driver& Wait() {
    EXPECT_EQ(step.what, Do::kWait);
    now += step.delay;
    return Give(WaitOver{});
  }
  Driver& Give(const WatchInput& input) {
    step = machine_.Next(input, now);
    return *this;
  }
  bool HasSynced() const { return machine_.HasSynced(); }

  WatchMachine::TimePoint now{std::chrono::hours(1)};
  WatchStep step;

 private:
  WatchMachine machine_;
};

TEST(WatchMachineTest, ListsPageByPageThenWatchesFromTheListsVersion) {
  Driver d;
  EXPECT_EQ(d.step.what, Do::kList);
  EXPECT_TRUE(d.step.start_over);
  EXPECT_EQ(d.step.limit, 500);
  EXPECT_EQ(d.step.continue_token, "");
  d.Listed("10", "a");
  EXPECT_EQ(d.step.what, Do::kList);
  EXPECT_FALSE(d.step.start_over);
  EXPECT_EQ(d.step.continue_token, "a");
  EXPECT_FALSE(d.HasSynced());
  d.Listed("10", "b").Listed("10");
  EXPECT_EQ(d.step.what, Do::kWatch);
  EXPECT_TRUE(d.step.replace);
  EXPECT_EQ(d.step.resource_version, "10");
  EXPECT_EQ(d.step.timeout, seconds(180));
  EXPECT_TRUE(d.HasSynced());
}

TEST(WatchMachineTest, TheWatchsTimeoutIsSpreadByChance) {
  Driver d(0.5);
  d.Listed("10");
  EXPECT_EQ(d.step.timeout, seconds(270));
}

TEST(WatchMachineTest, AWatchGoesOnFromTheLastVersionSeen) {
  Driver d;
  d.Listed("10").Event(WatchEventType::kAdded, "11").Event(WatchEventType::kDeleted, "12");
  d.Pass(seconds(200)).WatchEnds();
  EXPECT_EQ(d.step.what, Do::kWatch);
  EXPECT_FALSE(d.step.replace);
  EXPECT_EQ(d.step.resource_version, "12");
  d.Event(WatchEventType::kBookmark, "20").Pass(seconds(10)).WatchFails(ErrorCode::kUnavailable);
  EXPECT_EQ(d.step.what, Do::kWait);
  EXPECT_EQ(d.step.failure->message, "watch");
  d.Wait();
  EXPECT_EQ(d.step.what, Do::kWatch);
  EXPECT_EQ(d.step.resource_version, "20");
}

TEST(WatchMachineTest, AnEventWithoutVersionChangesNone) {
  Driver d;
  d.Listed("10").Event(WatchEventType::kModified, "").Pass(seconds(9)).WatchEnds();
  EXPECT_EQ(d.step.resource_version, "10");
}

TEST(WatchMachineTest, GoneListsAgainAtOnceButNotTwiceInASecond) {
  for (const bool in_stream : {true, false}) {
    const auto gone = [&](Driver& d) -> Driver& {
      return in_stream ? d.StreamError(410, "Expired") : d.WatchFails(ErrorCode::kGone);
    };
    Driver d;
    d.Listed("10").Pass(seconds(60));
    gone(d);
    EXPECT_EQ(d.step.what, Do::kList);
    EXPECT_TRUE(d.step.start_over);
    EXPECT_EQ(d.step.continue_token, "");
    EXPECT_EQ(d.step.failure->code, ErrorCode::kGone);
    d.Pass(milliseconds(300)).Listed("100");
    EXPECT_EQ(d.step.resource_version, "100");
    gone(d);
    EXPECT_EQ(d.step.what, Do::kWait);
    EXPECT_EQ(d.step.delay, milliseconds(700));
    // Then it takes longer and longer.
    milliseconds last{0};
    for (int i = 0; i < 10; ++i) {
      d.Wait().Listed("101");
      gone(d);
      EXPECT_GE(d.step.delay, last);
      last = d.step.delay;
    }
    EXPECT_EQ(last, seconds(30));
  }
}

TEST(WatchMachineTest, AnExpiredContinueTokenListsInOnePiece) {
  Driver d;
  d.Listed("10", "a").Pass(seconds(2)).ListFails(ErrorCode::kGone);
  EXPECT_EQ(d.step.what, Do::kList);
  EXPECT_TRUE(d.step.start_over);
  EXPECT_EQ(d.step.limit, 0);
  EXPECT_EQ(d.step.continue_token, "");
  // The list after that has pages again.
  d.Listed("20").Pass(seconds(60)).WatchFails(ErrorCode::kGone);
  EXPECT_EQ(d.step.limit, 500);
}

TEST(WatchMachineTest, ABusyServerIsAskedForTheSamePageAgainAFewTimes) {
  Driver d;
  d.Listed("10", "a");
  for (int i = 0; i < 2; ++i) {
    d.ListFails(ErrorCode::kUnavailable).Wait();
    EXPECT_EQ(d.step.continue_token, "a");
    EXPECT_FALSE(d.step.start_over);
  }
  d.ListFails(ErrorCode::kDeadlineExceeded).Wait();
  EXPECT_EQ(d.step.continue_token, "");
  EXPECT_TRUE(d.step.start_over);
}

TEST(WatchMachineTest, APageThatIsRefusedStartsTheListOver) {
  Driver d;
  d.Listed("10", "a").ListFails(ErrorCode::kInvalidArgument).Wait();
  EXPECT_TRUE(d.step.start_over);
  EXPECT_EQ(d.step.limit, 500);
}

TEST(WatchMachineTest, ForbiddenWaitsLongerAndLongerAndIsNamed) {
  Driver d;
  milliseconds total{0};
  for (int i = 0; i < 12; ++i) {
    d.ListFails(ErrorCode::kForbidden);
    EXPECT_EQ(d.step.failure->code, ErrorCode::kForbidden);
    total += d.step.delay;
    d.Wait();
    EXPECT_EQ(d.step.what, Do::kList);
  }
  EXPECT_GT(total, seconds(120));
  EXPECT_FALSE(d.HasSynced());
  d.Listed("10").WatchFails(ErrorCode::kForbidden);
  EXPECT_EQ(d.step.delay, seconds(30));
}

TEST(WatchMachineTest, AListWithoutVersionOrEndFails) {
  Driver d;
  d.Listed("");
  EXPECT_EQ(d.step.failure->message, "the list has no resourceVersion");
  EXPECT_FALSE(d.HasSynced());
  d.Wait().Listed("10", "a").Listed("10", "a");
  EXPECT_EQ(d.step.failure->message, "the list does not come to an end");
  d.Wait();
  EXPECT_TRUE(d.step.start_over);
  int pages = 0;
  while (d.step.what == Do::kList) d.Listed("10", "t" + std::to_string(++pages));
  EXPECT_EQ(pages, 10'000);
}

TEST(WatchMachineTest, AStreamWithoutSenseIsReplacedByAList) {
  for (const ErrorCode code : {ErrorCode::kInvalidArgument, ErrorCode::kNotFound}) {
    Driver d;
    d.Listed("10").Pass(seconds(1)).WatchFails(code);
    EXPECT_EQ(d.step.what, Do::kWait);
    d.Wait();
    EXPECT_EQ(d.step.what, Do::kList);
  }
}

TEST(WatchMachineTest, AnyErrorInsideTheStreamIsReplacedByAList) {
  Driver d;
  d.Listed("10").Pass(seconds(1)).StreamError(504, "Timeout").Wait();
  EXPECT_EQ(d.step.what, Do::kList);
  d.Listed("11").StreamError(500, "InternalError").Wait();
  EXPECT_EQ(d.step.what, Do::kList);
}

TEST(WatchMachineTest, AWatchThatCannotBeResumedIsReplacedByAListInTheEnd) {
  Driver d;
  d.Listed("10");
  int watches = 0;
  for (; d.step.what == Do::kWatch && watches < 100; ++watches) {
    d.WatchFails(ErrorCode::kUnavailable).Wait();
  }
  EXPECT_EQ(watches, 9);
  EXPECT_EQ(d.step.what, Do::kList);
}

TEST(WatchMachineTest, AServerThatEndsEveryWatchAtOnceIsNotAskedInAHotLoop) {
  Driver d;
  d.Listed("10");
  int watches = 0;
  for (const auto end = d.now + seconds(60); d.now < end;) {
    if (d.step.what == Do::kWatch) {
      ++watches;
      d.Event(WatchEventType::kAdded, "11").WatchEnds();
    } else if (d.step.what == Do::kList) {
      d.Listed("10");
    } else {
      d.Wait();
    }
  }
  EXPECT_LT(watches, 12);
}

TEST(WatchMachineTest, AGoodWatchForgivesWhatFailedBefore) {
  Driver d;
  d.Listed("10");
  for (int i = 0; i < 6; ++i) d.WatchFails(ErrorCode::kUnavailable).Wait();
  d.Event(WatchEventType::kAdded, "11").Pass(seconds(60)).WatchFails(ErrorCode::kUnavailable);
  EXPECT_EQ(d.step.delay, milliseconds(250));
}

TEST(WatchMachineTest, ASilentWatchOnAServerWithBookmarksIsSuspect) {
  Driver d;
  d.Listed("10").Pass(seconds(180)).WatchEnds();
  EXPECT_EQ(d.step.what, Do::kWatch) << "the server may know no bookmarks";
  d.Event(WatchEventType::kBookmark, "15").Pass(seconds(180)).WatchEnds();
  EXPECT_EQ(d.step.what, Do::kWatch);
  d.Pass(seconds(180)).WatchEnds();
  EXPECT_EQ(d.step.what, Do::kList);
}

TEST(WatchMachineTest, AnInputThatAnswersNothingIsIgnored) {
  Driver d;
  d.WatchEnds();
  EXPECT_EQ(d.step.what, Do::kList);
  d.Give(WaitOver{});
  EXPECT_EQ(d.step.what, Do::kList);
  d.Listed("10").Listed("11").Give(Started{});
  EXPECT_EQ(d.step.what, Do::kWatch);
  EXPECT_EQ(d.step.resource_version, "10");
}

// Whatever the failure and wherever it strikes, the machine comes back to a watch from a version
// that the server gave it.
TEST(WatchMachineTest, AFailureAtAnyStepIsSurvived) {
  const ErrorCode codes[] = {
      ErrorCode::kInvalidArgument,  ErrorCode::kNotFound,        ErrorCode::kGone,
      ErrorCode::kForbidden,        ErrorCode::kUnauthenticated, ErrorCode::kUnavailable,
      ErrorCode::kDeadlineExceeded, ErrorCode::kInternal};
  for (const ErrorCode code : codes) {
    for (int failing = 0; failing < 8; ++failing) {
      Driver d;
      int step = 0;
      int finished_watches = 0;
      for (int i = 0; i < 100 && finished_watches < 3; ++i) {
        const bool fails = step == failing;
        if (d.step.what == Do::kWait) {
          d.Wait();
          continue;
        }
        ++step;
        if (d.step.what == Do::kList) {
          if (fails) {
            d.ListFails(code);
          } else {
            d.Listed("10", d.step.continue_token.empty() && d.step.limit > 0 ? "a" : "");
          }
        } else if (fails) {
          d.WatchFails(code);
        } else {
          EXPECT_NE(d.step.resource_version, "");
          d.Event(WatchEventType::kModified, "11").Pass(seconds(180)).WatchEnds();
          ++finished_watches;
        }
      }
      EXPECT_EQ(finished_watches, 3) << ToString(code) << " at " << failing;
    }
  }
}

// Any answers at any speed: never more than a few requests in any ten seconds, but for pages of a
// list that gets on and watches that lived.
TEST(WatchMachineTest, NoSequenceOfAnswersMakesAHotLoop) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    Driver d(static_cast<double>(pick(100)) / 100);
    std::vector<WatchMachine::TimePoint> requests;
    const int bias = pick(4);
    for (int i = 0; i < 400; ++i) {
      const auto code = static_cast<ErrorCode>(pick(static_cast<int>(ErrorCode::kInternal)));
      if (d.step.what == Do::kWait) {
        ASSERT_GT(d.step.delay, milliseconds(0));
        ASSERT_LE(d.step.delay, seconds(30));
        d.Wait();
        continue;
      }
      if (pick(3) == 0) d.Pass(milliseconds(pick(50)));
      if (d.step.what == Do::kList) {
        if (d.step.start_over) requests.push_back(d.now);
        if (pick(4) < bias) {
          d.ListFails(code);
        } else {
          d.Listed(std::to_string(i), pick(3) == 0 ? "t" + std::to_string(i) : "");
        }
      } else {
        requests.push_back(d.now);
        if (pick(2) == 0) d.Event(WatchEventType::kAdded, std::to_string(i));
        switch (pick(4)) {
          case 0: d.WatchEnds(); break;
          case 1: d.WatchFails(code); break;
          case 2: d.StreamError(410, "Expired"); break;
          default: d.StreamError(500, ""); break;
        }
      }
    }
    for (std::size_t i = 0; i + 20 < requests.size(); ++i) {
      ASSERT_GT(requests[i + 20] - requests[i], seconds(10)) << seed;
    }
  }
}

}  // namespace
}  // namespace sidecar::kube
