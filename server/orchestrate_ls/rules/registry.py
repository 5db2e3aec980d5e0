"""All rules, in the order in which they are listed and explained."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.rules.agent_bottleneck import AgentBottleneck
from orchestrate_ls.rules.allocation_mismatch import AllocationMismatch
from orchestrate_ls.rules.base import Rule
from orchestrate_ls.rules.behind_schedule import BehindSchedule
from orchestrate_ls.rules.biased_estimate import BiasedEstimate
from orchestrate_ls.rules.blocked import Blocked
from orchestrate_ls.rules.critical_path import CriticalPath
from orchestrate_ls.rules.critical_without_backup import CriticalWithoutBackup
from orchestrate_ls.rules.deadline_missed import DeadlineMissed
from orchestrate_ls.rules.dependency_cycle import DependencyCycle
from orchestrate_ls.rules.duplicate_dependency import DuplicateDependency
from orchestrate_ls.rules.duplicate_key import DuplicateKey
from orchestrate_ls.rules.duplicate_task_id import DuplicateTaskId
from orchestrate_ls.rules.file_conflict import FileConflict
from orchestrate_ls.rules.group_not_parallel import GroupNotParallel
from orchestrate_ls.rules.infeasible_wall_time import InfeasibleWallTime
from orchestrate_ls.rules.invalid_duration import InvalidDuration
from orchestrate_ls.rules.invalid_trigger import InvalidTrigger
from orchestrate_ls.rules.long_task import LongTask
from orchestrate_ls.rules.missing_agent import MissingAgent
from orchestrate_ls.rules.missing_estimate import MissingEstimate
from orchestrate_ls.rules.missing_success_criteria import MissingSuccessCriteria
from orchestrate_ls.rules.redundant_dependency import RedundantDependency
from orchestrate_ls.rules.replan_triggered import ReplanTriggered
from orchestrate_ls.rules.schema import Schema
from orchestrate_ls.rules.self_dependency import SelfDependency
from orchestrate_ls.rules.serial_plan import SerialPlan
from orchestrate_ls.rules.skill_mismatch import SkillMismatch
from orchestrate_ls.rules.syntax import Syntax
from orchestrate_ls.rules.unknown_agent import UnknownAgent
from orchestrate_ls.rules.unknown_dependency import UnknownDependency
from orchestrate_ls.rules.unknown_gate import UnknownGate
from orchestrate_ls.rules.unknown_key import UnknownKey
from orchestrate_ls.rules.unknown_recovery_step import UnknownRecoveryStep
from orchestrate_ls.rules.unknown_rule import UnknownRule
from orchestrate_ls.rules.unused_agent import UnusedAgent
from orchestrate_ls.rules.unused_suppression import UnusedSuppression
from orchestrate_ls.rules.wrong_total import WrongTotal

RULES: Final[tuple[Rule, ...]] = (
    Syntax(),
    Schema(),
    UnknownKey(),
    DuplicateKey(),
    InvalidDuration(),
    DuplicateTaskId(),
    UnknownDependency(),
    SelfDependency(),
    DuplicateDependency(),
    DependencyCycle(),
    RedundantDependency(),
    GroupNotParallel(),
    SerialPlan(),
    MissingAgent(),
    UnknownAgent(),
    UnusedAgent(),
    SkillMismatch(),
    AgentBottleneck(),
    AllocationMismatch(),
    CriticalWithoutBackup(),
    CriticalPath(),
    MissingEstimate(),
    BiasedEstimate(),
    LongTask(),
    InfeasibleWallTime(),
    WrongTotal(),
    DeadlineMissed(),
    FileConflict(),
    UnknownGate(),
    UnknownRecoveryStep(),
    MissingSuccessCriteria(),
    InvalidTrigger(),
    BehindSchedule(),
    Blocked(),
    ReplanTriggered(),
    UnusedSuppression(),
    UnknownRule(),
)

_BY_CODE: Final = {rule.code: rule for rule in RULES}


def rule_by_code(code: str) -> Rule:
    """The rule of a code. Raises ``KeyError`` where there is none."""
    return _BY_CODE[code]
