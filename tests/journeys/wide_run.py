"""A sandbox that keeps what its settings say of the database: rehearsals on PostgreSQL, for tests of many processes."""

import sys

from launch import plan, stack
from launch.settings import load

if __name__ == "__main__":
    del plan.REHEARSED["database_url"]
    sys.exit(stack.start(load().model_copy(update={"sandbox": True})))
