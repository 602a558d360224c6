"""Six replies as forces send them, each made here."""

from corpus import (
    SPACES,
    attached,
    book,
    docx,
    mail,
    ods_row,
    paragraph,
    pdf,
    ruled,
    run,
    sent,
    word_table,
    words,
    zipped,
)


def wide() -> bytes:
    """Return a workbook that is wide by year, with small counts, a total and a footnote."""
    rows = [
        ["Vale Police: FOI 123/24"],
        ["Number of officers and staff disciplined for computer misuse"],
        [],
        ["Outcome", "2018/19", "2019/20", "2020/21"],
        ["Dismissed", 6, "<5", 7],
        ["Resigned", "<5", 9, "<5"],
        ["No further action", 11, 12, "Nil return"],
        ["Final written warning", 5, "No information held", "5*"],
        ["Total", 24, 26, 14],
        ["* one of them under appeal"],
    ]
    return book(rows)


def letter() -> bytes:
    """Return a letter with a table by role and an answer in a sentence."""
    body = [
        paragraph(run("Vale Police, PO Box 1, Valetown VA1 2AB. Switchboard: 01234 567890")),
        paragraph(run("Our reference: FOI 456/24")),
        paragraph(run("Dear Ms Asker")),
        paragraph(
            run("1. In 2022 we recorded 31 allegations of computer misuse. Fewer than five officers resigned in 2022.")
        ),
        paragraph(run("2. The outcomes of 2022 are in the table below.")),
        word_table(
            [
                ["Outcome", "Police Officer", "Police Staff"],
                ["Dismissal", 3, 4],
                ["Written warning", "≤5", 2],
                ["Total", "", 6],
            ]
        ),
        paragraph(run("Yours sincerely")),
        paragraph(run("Jane Brown")),
        paragraph(run("Disclosure Officer")),
    ]  # fmt: skip
    return docx(body="".join(body))


def cases() -> bytes:
    """Return a workbook with one row for each case."""
    rows = [["Ref", "Year", "Role", "Nature of misuse", "Outcome"]]
    rows += [
        [1, 2021, "Police Officer", "Looked at a record of a neighbour", "Dismissed"],
        [2, 2021, "Police Officer", "Looked at a record of a friend", "Dismissed"],
        [3, 2021, "Police Staff", "Sent an e-mail to a relative", "Resigned"],
        [4, 2022, "Police Staff", "Looked at a crime report", "Written warning"],
        [5, 2022, "Police Officer", "Looked at own record", "Dismissed"],
    ]
    return book(rows)


def printed() -> bytes:
    """Return a letter as PDF, with a table whose rows have no rules between them."""
    page = words("Vale Police", 72, 780, 14) + words("Freedom of Information request 789/24", 72, 755)
    page += words("In 2019 two officers were dismissed and 12 members of staff resigned.", 72, 730)
    page += words("The table gives all cases of computer misuse.", 72, 716)
    page += ruled(
        [["Outcome", "2019", "2020"], ["Dismissed", 2, "-"], ["Resigned", 12, 3], ["Retired", "*", 1]],
        700,
        between=False,
    )
    return pdf(page + words("* fewer than 5", 72, 590))


def mailed() -> bytes:
    """Return a mail with a workbook attached."""
    rows = [["Year", "Cases of computer misuse"], [2019, 14], [2020, "c. 20"], [2021, "4 or fewer"]]
    text = (
        "Dear Asker,\n\nPlease find our reply attached. We hold no information before 2019.\n\nKind regards\nFOI team\n"
    )
    return sent(attached(book(rows), "FOI reply.xlsx", mail(text)))


def open_document() -> bytes:
    """Return an ods whose counts stand by role below years."""
    rows = [["Year", "Officers", "Staff"], ["2017/18", 8, 3], ["2018/19", 6, "Not held"], ["2019/20", "1-5", 2]]
    body = "".join(ods_row(row) for row in rows)
    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="Dismissed for computer misuse">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


REPLIES = {"wide.xlsx": wide, "letter.docx": letter, "cases.xlsx": cases, "printed.pdf": printed, "mailed.eml": mailed,
           "open.ods": open_document}  # fmt: skip
