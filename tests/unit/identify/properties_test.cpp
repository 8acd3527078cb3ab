#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>

#include "scene.hpp"

using namespace menshen;
using namespace menshen::scene;

namespace {

/// A street scene that no script would think of.
Watch film(unsigned seed) {
    IdentifyPolicy policy;
    policy.max_tracks = 4;
    Watch w(seed, Noise{0.2, 0.1, 0.1, 0.2}, policy, 100);
    auto& eye = w.eye;
    double now = 0;
    const std::vector<std::string> plates{"苏B12345", "苏B1Z345", "苏AD12345", "VA12345", "nonsense"};
    for (int i = 0; i < 120; ++i) {
        now += eye.happens(0.02) ? eye.uniform(0, 90) : eye.uniform(0, 0.2);
        ++w.frame;
        for (unsigned n = eye.random() % 4; n > 0; --n) {
            const auto x = static_cast<float>(eye.uniform(-50, 2000));
            const auto y = static_cast<float>(eye.uniform(0, 1080));
            const bool standing = eye.happens(0.7);
            w.see(plates[eye.random() % plates.size()], standing ? Point{900, 600} : Point{x, y},
                  static_cast<float>(eye.uniform(20, 300)), now);
        }
        if (eye.happens(0.05) && !w.claims.empty()) w.identifier.passed(w.claims.back().arrival, at(now));
        if (eye.happens(0.3)) w.tick(now);
    }
    w.tick(now + 10);
    return w;
}

void lawful(const Claim& claim) {
    double sum = 0;
    double previous = 1;
    for (const Candidate& c : claim.candidates) {
        RC_ASSERT(Plate::parse(c.plate).ok());
        RC_ASSERT(c.likelihood > 0 && c.likelihood <= previous);
        previous = c.likelihood;
        sum += c.likelihood;
    }
    RC_ASSERT(sum <= 1 + 1e-9);
    RC_ASSERT(claim.candidates.size() <= 8);
    RC_ASSERT(claim.reads > 0);
    RC_ASSERT(claim.first_seen <= claim.last_seen);
}

}  // namespace

TEST_CASE("claims are lawful, arrivals rise and are unique, and every arrival leaves") {
    CHECK(rc::check([] {
        const Watch w = film(*rc::gen::arbitrary<unsigned>());
        ArrivalId last = 99;
        for (const Claim& c : w.claims) {
            RC_ASSERT(c.arrival == last + 1);
            last = c.arrival;
            lawful(c);
        }
        for (const Claim& c : w.revisions) {
            RC_ASSERT(c.arrival >= 100 && c.arrival <= last);
            lawful(c);
        }
        for (ArrivalId id = 100; id <= last; ++id) RC_ASSERT(std::count(w.gone.begin(), w.gone.end(), id) >= 1);
        RC_ASSERT(!w.identifier.next_deadline().has_value());
    }));
}

TEST_CASE("I25: the same film tells the same") {
    CHECK(rc::check([] {
        const auto seed = *rc::gen::arbitrary<unsigned>();
        const Watch a = film(seed);
        const Watch b = film(seed);
        RC_ASSERT(a.claims == b.claims);
        RC_ASSERT(a.revisions == b.revisions);
        RC_ASSERT(a.gone == b.gone);
    }));
}

TEST_CASE("deadlines lie ahead after a tick: nobody is called in circles") {
    CHECK(rc::check([] {
        Watch w(*rc::gen::arbitrary<unsigned>(), Noise{0.3, 0.2, 0.2, 0.3});
        double now = 0;
        for (int i = 0; i < 60; ++i) {
            now += 0.07;
            ++w.frame;
            w.see(i % 3 == 0 ? "苏B12345" : "京A8K966", {900, 600}, 100, now);
        }
        for (int calls = 0; w.identifier.next_deadline(); ++calls) {
            RC_ASSERT(calls < 20);
            const Instant deadline = *w.identifier.next_deadline();
            w.take(w.identifier.tick(std::max(deadline, at(now))));
        }
    }));
}

TEST_CASE("reads that make no sense are ignored") {
    Watch w(1);
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 0.0F, -1e30F}) {
        Read r = w.eye.read("苏B12345", {900, 600}, 100, at(0), 1);
        for (Point& p : r.corners) p = {bad, bad};
        w.take(w.identifier.on_read(r, at(0)));
    }
    Read r = w.eye.read("苏B12345", {900, 600}, 100, at(0), 1);
    r.text.assign(4096, 'X');
    r.characters.assign(12, CharacterRead{});
    r.sharpness = std::numeric_limits<float>::quiet_NaN();
    w.take(w.identifier.on_read(r, at(0.1)));
    w.tick(10);
    CHECK(w.claims.empty());
    CHECK_FALSE(w.identifier.next_deadline().has_value());
}
