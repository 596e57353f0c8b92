"""How many bytes are in hand, which batches they make, and when that is enough."""

from __future__ import annotations

from collections import deque

from dondoc.connector.transport import Batch, Delivery
from dondoc.connector.transport.batching import Collected, Most
from dondoc.connector.transport.in_hand import InHand
from hypothesis import given
from hypothesis import strategies as st

SIZES = st.lists(st.integers(0, 3000), max_size=60)


def delivery(tag: int, size: int, *, redelivered: bool = False) -> Delivery:
    return Delivery(tag, b"x" * size, None, {}, redelivered, "k", 0.0)


@given(sizes=SIZES, bound=st.integers(1, 2000), worker=st.randoms(use_true_random=False))
def test_whoever_takes_no_more_while_it_is_full_never_has_more_than_the_bound_and_one_message(
    sizes: list[int], bound: int, worker: object
) -> None:
    in_hand, held, waiting = InHand(bound), deque[tuple[int, int]](), deque(enumerate(sizes, 1))
    while waiting or held:
        if waiting and not in_hand.full:
            tag, size = waiting.popleft()
            assert in_hand.bytes < bound
            in_hand.arrived(tag, size)
            held.append((tag, size))
        else:
            # Full only while something is held: so it goes on, whatever the sizes are.
            assert held
            done = [held.popleft() for _ in range(worker.randint(1, len(held)))]  # type: ignore[attr-defined]
            in_hand.done(done[-1][0])
        assert in_hand.bytes == sum(size for _, size in held)
    assert not in_hand.full


@given(sizes=SIZES, most=st.builds(Most, st.integers(1, 20), st.integers(1, 2000)))
def test_batches_hold_everything_in_its_order_within_their_bounds_or_one_large_message_alone(
    sizes: list[int], most: Most
) -> None:
    collected, waiting, batches = Collected(most), deque[Batch](), list[Batch]()
    for tag, size in enumerate(sizes, 1):
        arrived = delivery(tag, size, redelivered=tag % 7 == 0)
        if not collected.takes(arrived):
            waiting.append(collected.batch(1))
        if collected.add(arrived):
            waiting.append(collected.batch(1))
    if collected:
        waiting.append(collected.batch(1))
    while waiting:
        batches.append(most.join(waiting))
    assert [each.tag for batch in batches for each in batch.deliveries] == list(
        range(1, len(sizes) + 1)
    )
    for batch in batches:
        assert len(batch.deliveries) <= most.count
        assert batch.size <= most.size or len(batch.deliveries) == 1
        assert len({each.redelivered for each in batch.deliveries}) == 1
