"""What is missing of the numbers of a source: what a plain count of them says, in any order."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from dondoc.storage.numbers import MOST_RUNS, NumberCounting, NumberRun, Numbers, ToldRun
from hypothesis import given, settings
from hypothesis import strategies as st

RUNS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 6), st.booleans()), min_size=1, max_size=40
)


def told(*numbers: int, at: int = 0, fresh: bool = True) -> list[ToldRun]:
    return [ToldRun(number, number, 0, fresh, at) for number in numbers]


def after(*runs: ToldRun) -> Numbers:
    numbers = Numbers()
    for run in runs:
        numbers.take(run)
    return numbers


def gaps(numbers: Numbers) -> list[tuple[int, int]]:
    return [(gap.low, gap.high) for gap in numbers.gaps()]


@settings(max_examples=200, deadline=None)
@given(RUNS)
def test_gaps_and_repeats_are_those_of_a_plain_count_in_any_order(
    runs: list[tuple[int, int, bool]],
) -> None:
    numbers = after(
        *(ToldRun(low, low + more, 0, fresh, at) for at, (low, more, fresh) in enumerate(runs))
    )
    seen = Counter[int]()
    repeated = 0
    for low, more, fresh in runs:
        for number in range(low, low + more + 1):
            repeated += bool(fresh and seen[number])
            seen[number] += 1
    missing = [n for n in range(min(seen), max(seen) + 1) if n not in seen]
    assert [n for low, high in gaps(numbers) for n in range(low, high + 1)] == missing
    assert (numbers.came, numbers.again) == (len(seen), repeated)
    assert all(above.low > below.high + 1 for below, above in pairwise(numbers.runs))


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(12)), st.sets(st.integers(0, 11)))
def test_a_gap_is_as_old_as_the_number_that_opened_it(order: list[int], left_out: set[int]) -> None:
    """Whoever fills a part of it does not make the rest look new."""
    numbers, seen = Numbers(), dict[int, int]()
    for at, number in enumerate(n for n in order if n not in left_out):
        numbers.take(ToldRun(number, number, 0, True, at))
        seen[number] = at
    for gap in numbers.gaps():
        # Each of its numbers has been missing since something came on both sides of it.
        below = min(at for number, at in seen.items() if number < gap.low)
        above = min(at for number, at in seen.items() if number > gap.high)
        assert gap.since == max(below, above)


def test_a_late_number_fills_its_gap() -> None:
    numbers = after(*told(1, 2, 5, 3))
    assert gaps(numbers) == [(4, 4)]
    numbers.take(*told(4))
    assert (gaps(numbers), numbers.again) == ([], 0)


def test_numbers_that_begin_anew_with_each_document_count_no_events() -> None:
    assert after(*told(1, 2, 3)).counting is NumberCounting.COUNTED
    assert after(*told(1, 2, 3, 1, 3)).counting is NumberCounting.REPEATED


def test_numbers_told_again_without_a_new_event_are_no_repeats() -> None:
    assert after(*told(1, 2, 3), *told(1, 2, 3, fresh=False)).counting is NumberCounting.COUNTED


def test_one_mistake_among_many_numbers_does_not_end_the_count() -> None:
    many = ToldRun(1, 1_000, 0, True, 0)
    assert after(many, *told(*range(1, 11))).counting is NumberCounting.COUNTED
    assert after(many, *told(*range(1, 12))).counting is NumberCounting.REPEATED


def test_erased_events_may_come_once_more() -> None:
    erased = ToldRun(2, 2, -1, False, 0)
    numbers = after(*told(1, 2, 3), erased, *told(2))
    assert (numbers.again, numbers.counting) == (0, NumberCounting.COUNTED)
    assert after(*told(1, 2, 3), erased, *told(2, 2)).counting is NumberCounting.REPEATED


def test_numbers_with_holes_everywhere_count_no_events_but_one_great_loss_is_a_gap() -> None:
    assert after(*told(*range(1, 99, 2))).counting is NumberCounting.SCATTERED
    lost = after(ToldRun(1, 50, 0, True, 0), ToldRun(5_000, 5_050, 0, True, 0))
    assert (lost.counting, gaps(lost)) == (NumberCounting.COUNTED, [(51, 4_999)])


def test_a_source_keeps_a_bounded_number_of_runs_and_what_is_missing_below_is_still_counted() -> (
    None
):
    numbers = after(*told(*range(0, 4 * MOST_RUNS, 2)))
    assert len(numbers.runs) == MOST_RUNS
    assert numbers.closed_missing == MOST_RUNS
    assert numbers.closed_missing + len(list(numbers.gaps())) == 2 * MOST_RUNS - 1
    assert numbers.counting is NumberCounting.SCATTERED
    # What comes after all is no repeat, and is missing no more.
    numbers.take(*told(1))
    assert (numbers.again, numbers.closed_missing) == (0, MOST_RUNS - 1)
    assert numbers.runs[0] == NumberRun(0, 2 * MOST_RUNS, 0)


def test_what_was_odd_long_ago_is_forgotten() -> None:
    numbers = after(*told(*range(1, 200, 2)), *told(*range(2, 200, 2)), *told(1, 2, 3, 4))
    assert numbers.counting is NumberCounting.REPEATED
    numbers.take(ToldRun(200, 60_000, 0, True, 0))
    assert (numbers.counting, gaps(numbers)) == (NumberCounting.COUNTED, [])


def test_the_highest_number_there_is_counts_like_any_other() -> None:
    highest = 2**63 - 1
    assert gaps(after(*told(highest, 0))) == [(1, highest - 1)]
