"""`unknown-recovery-step`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, check_fix

ONLY = {"unknown-recovery-step"}


def test_steps_conditions_and_settings() -> None:
    check(
        """
        error_recovery:
          agent_failure:
            - retry_with_same_agent: {max_attempts: many, delays: 3s, delay: 5s, factor: 99}
        #                                           ^^^^ warning[unknown-recovery-step] `max_attempts` is a whole number from 0 to 100, not `many`
        #                                                 ^^^^^^ warning[unknown-recovery-step] has no setting `delays`
        #                                                                                ^^ warning[unknown-recovery-step] `factor` is a number from 1 to 10
            - retry_with_same_agent: 3
            - reassign_to_backup_agent: if_availible
        #                               ^^^^^^^^^^^^ warning[unknown-recovery-step] no condition `if_availible`; did you mean `if_available`? 💡
            - escalate_to_humans
        #     ^^^^^^^^^^^^^^^^^^ warning[unknown-recovery-step] did you mean `escalate_to_human`? 💡
            - call_mother: always
        #     ^^^^^^^^^^^ warning[unknown-recovery-step] there is no recovery step `call_mother`; there is
          agent_failures: []
        # ^^^^^^^^^^^^^^ warning[unknown-recovery-step] no failure `agent_failures`; did you mean `agent_failure`? 💡
          x-mine: [whatever]
        tasks: []
        """,
        only=ONLY,
    )


def test_the_seed_words_are_known() -> None:
    check(
        """
        error_recovery_strategies:
          agent_failure:
            - retry_with_same_agent: {max_attempts: 2}
            - reassign_to_backup_agent: if_available
            - split_task_into_smaller_units: if_complex
            - escalate_to_human: if_critical
          dependency_failure:
            - pause_dependent_tasks: immediate
            - analyze_failure_impact: priority_high
            - adjust_execution_plan: if_possible
            - communicate_delays: notify_stakeholders
          quality_gate_failure:
            - trigger_code_review: immediate
            - provide_specific_feedback: actionable
            - allocate_rework_time: in_schedule
            - learn_from_failure: update_checklist
        tasks: []
        """,
        only=ONLY,
    )


def test_fixes() -> None:
    text = "error_recovery:\n  agent_failure:\n    - escalate_to_humen: if_critical\ntasks: []\n"
    check_fix(text, text.replace("humen", "human"), "unknown-recovery-step")
    text = "error_recovery:\n  agent_failure:\n    - escalate_to_human: if_criticall\ntasks: []\n"
    check_fix(text, text.replace("criticall", "critical"), "unknown-recovery-step")
