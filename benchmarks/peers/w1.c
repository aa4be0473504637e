/* W1 by hand: one pass over the lines of each case. `why` may be null: no reasons are kept then (bits as in hand.py). */
#include <stdint.h>

static const uint8_t allowed[8] = {8, 48, 48, 48, 7, 7, 12, 12};

static inline void decide(int64_t cases, int64_t lines, const uint8_t *task, const int16_t *quarters, const uint8_t *roles,
                          int16_t *total, int64_t *dong, uint8_t *paid, uint8_t *why, int reasons) {
    for (int64_t c = 0; c < cases; c++) {
        int left[8] = {4, 10, 6, 3, 1 << 20, 1 << 20, 1 << 20, 1 << 20}, whole = 60;
        for (int64_t i = c * lines; i < (c + 1) * lines; i++) {
            int t = task[i], rest = quarters[i] & 15, gave = (rest > 0) + (rest >= 12), counted = (roles[i] & allowed[t]) != 0;
            int asked = counted ? ((quarters[i] >> 4) << 1) + gave : 0;
            int halves = asked < left[t] ? asked : left[t];
            left[t] -= halves;
            int last = halves < whole ? halves : whole;
            whole -= last;
            paid[i] = (uint8_t)last;
            if (reasons)
                why[i] = (uint8_t)(gave | counted << 2 | (halves < asked) << 3 | (last < halves) << 4);
        }
        total[c] = (int16_t)(60 - whole);
        dong[c] = ((int64_t)(60 - whole) * 38 * 2340000 + 100) / 200;
    }
}

void w1(int64_t cases, int64_t lines, const uint8_t *task, const int16_t *quarters, const uint8_t *roles, int16_t *total,
        int64_t *dong, uint8_t *paid) {
    decide(cases, lines, task, quarters, roles, total, dong, paid, 0, 0);
}

void w1_with_reasons(int64_t cases, int64_t lines, const uint8_t *task, const int16_t *quarters, const uint8_t *roles,
                     int16_t *total, int64_t *dong, uint8_t *paid, uint8_t *why) {
    decide(cases, lines, task, quarters, roles, total, dong, paid, why, 1);
}
