"""The makers' own Python client against the server that the first argument names.

Prints nothing and ends with 0 where everything is as a KurrentDB would have it.
"""

import sys
import uuid

from kurrentdbclient import KurrentDBClient, NewEvent, StreamState
from kurrentdbclient.exceptions import NotFoundError, WrongCurrentVersionError


def event(kind, data=b"{}"):
    return NewEvent(type=kind, data=data, metadata=b'{"m": 1}', id=uuid.uuid4())


def data_of(events):
    return [event.data for event in events]


client = KurrentDBClient(uri=sys.argv[1])

# Appending and reading one stream.
first, second, third = (event("thing-happened", b'{"n": %d}' % n) for n in range(3))
client.append_to_stream("things-1", current_version=StreamState.NO_STREAM, events=[first, second])
position = client.append_to_stream("things-1", current_version=1, events=third)
read = client.get_stream("things-1")
assert data_of(read) == [first.data, second.data, third.data]
assert [it.stream_position for it in read] == [0, 1, 2]
assert [it.id for it in read] == [first.id, second.id, third.id]
assert read[0].metadata == first.metadata and read[0].type == "thing-happened"
assert read[2].commit_position == position
assert data_of(client.get_stream("things-1", stream_position=1, limit=1)) == [second.data]
assert data_of(client.get_stream("things-1", backwards=True, limit=2)) == [third.data, second.data]
assert client.get_current_version("things-1") == 2

# The same again is a success; on top of something else it is refused.
client.append_to_stream("things-1", current_version=1, events=third)
assert client.get_current_version("things-1") == 2
for wrong in (StreamState.NO_STREAM, 0, 7):
    try:
        client.append_to_stream("things-1", current_version=wrong, events=event("thing-happened"))
        raise AssertionError("refused")
    except WrongCurrentVersionError:
        pass
try:
    client.get_stream("things-2")
    raise AssertionError("not found")
except NotFoundError:
    pass

# Everything, without the server's own events, and by prefix.
other = event("other-happened", b"binary \x00")
client.append_to_stream("others-1", current_version=StreamState.ANY, events=other)
everything = data_of(client.read_all())
assert everything == [first.data, second.data, third.data, other.data]
ours = client.read_all(filter_include=["things-.*"], filter_by_stream_name=True)
assert len(data_of(ours)) == 3
backwards = data_of(client.read_all(backwards=True, limit=2))
assert backwards == [other.data, third.data]
after = client.read_all(commit_position=position)
assert data_of(after) == [third.data, other.data], "a read begins at its position"

# Subscriptions begin after their position, catch up, and stay live.
with client.subscribe_to_all(commit_position=position) as subscription:
    assert next(subscription).id == other.id
    live = event("other-happened")
    client.append_to_stream("others-1", current_version=0, events=live)
    assert next(subscription).id == live.id
with client.subscribe_to_stream("things-1", stream_position=0) as subscription:
    assert [next(subscription).id, next(subscription).id] == [second.id, third.id]

client.close()
