"""Lines that are refused or cut: each names the fact that failed and what would have been right, in both tongues."""

from __future__ import annotations

from typing import Any

import pytest

import legalaid_dsl as la

LINE = {
    "id": "e1", "provider": "P1", "date": "2026-02-02", "task": "file_study", "stage": "investigation", "hours": "4", "certified_by": ["centre"],
}  # fmt: skip
CASE: dict[str, Any] = {
    "case_id": "x", "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
    "offences": [{"class": "very_serious"}], "stages": ["investigation", "prosecution", "first_instance"],
    "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions", "method_chosen_on": "2026-01-05"}],
}  # fmt: skip
HEARING = {"task": "court_hearing", "stage": "first_instance", "certified_by": ["judge"]}

KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {  # of the case, of the line; in Vietnamese, in English
    "wrong certifier": ({}, {**HEARING, "certified_by": ["branch"]}, "Xác nhận: Chi nhánh; phải có xác nhận của một trong các chủ thể sau: Thẩm phán; Thư ký phiên tòa",
        "Certified by: branch of the centre; it must be certified by one of: judge; court clerk"),
    "no certifier": ({}, {"certified_by": []}, "Xác nhận: chưa có; phải có xác nhận của một trong", "Certified by: none; it must be certified by one of"),
    "too early for the law": ({}, {"date": "2021-07-01"}, "Ngày thực hiện: ngày 01 tháng 7 năm 2021; không được trước", "Date of work: 1 July 2021; must not be before"),
    "before the assignment": ({}, {"date": "2026-01-02"}, "không được trước ngày bắt đầu thực hiện (ngày 05 tháng 01 năm 2026)", "must not be before the start of service (5 January 2026)"),
    "while suspended": ({"suspended_on": "2026-01-20"}, {}, "không được sau ngày tạm đình chỉ (ngày 20 tháng 01 năm 2026)", "must not be after the day of suspension (20 January 2026)"),
    "asked for the adjournment": ({}, {**HEARING, "adjourned": True, "adjourned_at_provider_request": True, "adjournment_notified": False},
        "Hoãn phiên tòa theo yêu cầu của người thực hiện: có; chỉ được tính nếu không", "Adjourned at the provider's request: yes; counts only if no"),
    "told of the adjournment": ({}, {**HEARING, "adjourned": True, "adjourned_at_provider_request": False, "adjournment_notified": True},
        "Được báo trước việc hoãn phiên tòa: có; chỉ được tính nếu không", "Told of the adjournment beforehand: yes; counts only if no"),
    "no such task here": ({}, {"task": "mediation", "certified_by": ["judge"]}, "Loại công việc: tham gia hòa giải; phải là một trong:", "Task: mediation; must be one of:"),
    "after the replacement": ({"providers": [{**CASE["providers"][0], "replaced_on": "2026-01-20"},
        {**CASE["providers"][0], "id": "P2", "replaces": "P1", "assigned_on": "2026-01-21"}]}, {},
        "không được sau ngày bị thay thế (ngày 20 tháng 01 năm 2026)", "must not be after the day of replacement (20 January 2026)"),
    "before the successor's assignment": ({"providers": [{**CASE["providers"][0], "replaced_on": "2026-01-20"},
        {**CASE["providers"][0], "id": "P2", "replaces": "P1", "assigned_on": "2026-02-10"}]}, {"provider": "P2"},
        "(ngày 10 tháng 02 năm 2026)", "(10 February 2026)"),
    "over the ceiling of the task": ({}, {"hours": "40"}, "vượt mức tối đa 6 buổi nên giảm 4 buổi", "is cut by 4 sessions: the ceiling is 6 sessions"),
    "over the ceiling of the case": ({}, {**HEARING, "hours": "130"}, "vượt mức tối đa 30 buổi nên giảm 2,5 buổi", "is cut by 2.5 sessions: the ceiling is 30 sessions"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_fact_that_failed_and_what_would_be_right(rules: la.Rules, kind: str) -> None:
    of_case, of_line, vi, en = KINDS[kind]
    result = rules.evaluate({**CASE, **of_case, "entries": [{**LINE, **of_line}]}, figures="illustrative")
    for lang, said in (("vi", vi), ("en", en)):
        text = result.explain(lang)
        assert said in text, text
