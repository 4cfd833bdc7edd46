"""What a document deletes, hides or strikes through is no text of the chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.sources.documents.document_content import document_content
from auditlib.sources.documents.document_worker import shown_rtf
from tests.sources.documents.texts import clinical_document, docx

HELD = "start insulin"


def text_of(content: bytes, content_type: str = "text/plain") -> str:
    return " ".join(document_content(content, content_type).text.split())


@pytest.mark.parametrize(
    "narrative",
    [
        '<paragraph><content revised="delete">start metformin</content><content revised="insert">start insulin</content></paragraph>',  # noqa: E501 - a document in one line
        '<paragraph>start <content styleCode="Bold"><content revised="delete">metformin </content>insulin</content></paragraph>',  # noqa: E501 - a document in one line
        '<list><item revised="delete">start metformin</item><item>start insulin</item></list>',
        '<table><tbody><tr revised="delete"><td>start metformin</td></tr><tr><td>start insulin</td></tr></tbody></table>',  # noqa: E501 - a document in one line
        '<paragraph styleCode="Strikethrough">start metformin</paragraph>start insulin',
    ],
)
def test_a_c_cda_without_its_revisions(narrative: str) -> None:
    body = (
        f"<structuredBody><component><section><text>{narrative}</text></section></component></structuredBody>"
    )
    assert text_of(clinical_document(body=body)) == HELD


def test_a_c_cda_section_that_is_deleted_is_left_out_with_its_heading() -> None:
    section = "<component><section{}><title>{}</title><text>{}</text></section></component>"
    deleted = section.format(' revised="delete"', "Old plan", "start metformin")
    titled = section.format("", '<content revised="delete">Old </content>Plan', "start insulin")
    body = f"<structuredBody>{deleted}{titled}</structuredBody>"
    assert text_of(clinical_document(body=body)) == "PLAN start insulin"


@pytest.mark.parametrize(
    "words",
    [
        r"start {\deleted metformin }insulin",
        r"start {\revised\revauth1 insulin}{\deleted\revauthdel1 metformin}",
        r"start \deleted metformin \deleted0 insulin",
        r"start \v metformin \v0 insulin",
        r"start {\v metf\'f6rmin \u233\'3f{\b bold}\par }insulin",
        r"start \v metformin\plain  insulin",
        r"start {\strike metformin }insulin",
        r"{\v\deleted start metformin \v0 still deleted}start insulin",
        r"start {\v{\field{\*\fldinst{HYPERLINK}}{\fldrslt metformin}}}insulin",
    ],
)
def test_an_rtf_without_what_it_deletes_or_hides(words: str) -> None:
    assert text_of(rb"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0 " + words.encode() + rb"\par}") == HELD


def test_rtf_that_hides_nothing_stays_as_it_is() -> None:
    plain = r"{\rtf1\ansi\uc1 a\u233?\'e9 {\b b}\par\viewkind4 \vertalc \strike0 x\~y\{z\}}"
    assert shown_rtf(plain) == plain


@pytest.mark.parametrize(
    "markup",
    [
        "start <del>metformin</del> insulin",
        "start <s>metformin</s> insulin<strike> now</strike>",
        "start <span style='color:red; DISPLAY : none'>metformin <b>too</b></span>insulin",
        "start <span style='visibility:hidden'>metformin</span> insulin",
        "start <span style='text-decoration: line-through'>metformin</span> insulin",
        "start <span hidden>metformin<br></span> insulin",
        "<p hidden>metformin<p>start insulin",
        "<ul><li style='display:none'>metformin<li>start insulin</ul>",
        "<table><tr hidden><td>metformin<td>x<tr><td>start insulin</table>",
        "<style>.old, p#gone { display: none }</style>start <i class='a old'>metformin</i> insulin<p id=gone>x",  # noqa: E501 - a document in one line
        "start <img hidden> insulin",
        "start <del><div>metformin</del> insulin",
    ],
)
def test_an_html_page_without_what_it_hides(markup: str) -> None:
    assert text_of(f"<html><body>{markup}</body></html>".encode()) == HELD


def test_an_html_page_keeps_what_only_looks_like_hidden() -> None:
    page = "<html><p style='opacity:0.9;font-size:0.8em'>One</p><p class=x>two</p><style>.y{display:none}</style></html>"  # noqa: E501 - a document in one line
    assert text_of(page.encode()) == "One two"


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("start "), "<w:del><w:r><w:delText>metformin</w:delText></w:r></w:del>", f"<w:ins>{run('insulin')}</w:ins>"),  # noqa: E501 - a document in one line
        paragraph(run("start "), f"<w:moveFrom>{run('metformin')}</w:moveFrom>", f"<w:moveTo>{run('insulin')}</w:moveTo>"),  # noqa: E501 - a document in one line
        paragraph(run("start "), run("metformin", "<w:vanish/>"), run("insulin", '<w:vanish w:val="0"/>')),
        paragraph(run("start "), run("metformin", '<w:strike w:val="true"/>'), run("insulin", '<w:strike w:val="false"/>')),  # noqa: E501 - a document in one line
        paragraph(run("metformin"), properties='<w:pStyle w:val="Hidden"/>') + paragraph(run("start insulin")),  # noqa: E501 - a document in one line
        paragraph(run("start "), run("metformin", '<w:rStyle w:val="Below"/>'), run("insulin")),
        paragraph(run("start"), properties="<w:rPr><w:del/></w:rPr>") + paragraph(run(" insulin")),
        (f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph(run('metformin'))}</w:tc></w:tr>"
        f"<w:tr><w:tc>{paragraph(run('start'), run(' insulin'))}</w:tc></w:tr></w:tbl>"),
        paragraph(run("start "), "<w:r><w:instrText>PAGE</w:instrText></w:r>", f"<w:sdt><w:sdtContent>{run('insulin')}</w:sdtContent></w:sdt>"),  # noqa: E501 - a document in one line
    ],
)  # fmt: skip
def test_a_word_document_without_tracked_deletions_and_hidden_text(body: str) -> None:
    styles = (
        '<w:style w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Below"><w:basedOn w:val="Hidden"/></w:style>'
    )
    assert text_of(docx(body, styles=styles)) == HELD


@pytest.mark.field
def test_the_field_note_without_its_deleted_words(field_data: Path) -> None:
    note = field_data / "field_cases" / "claims" / "cda_revised_delete" / "note.xml"
    assert document_content(note.read_bytes(), "text/xml").text == "PLAN\nstart insulin"
