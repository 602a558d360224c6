"""Six replies as forces send them, each made here."""

from corpus import attached, book, docx, mail, ods, paragraph, pdf, ruled, run, sent, word_table, words


def wide() -> bytes:
    """Return a workbook that is wide by year, with small counts, a total and a footnote."""
    return book([
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
    ])  # fmt: skip


def letter() -> bytes:
    """Return a letter with a table by role and an answer in a sentence."""
    table = [
        ["Outcome", "Police Officer", "Police Staff"],
        ["Dismissal", 3, 4],
        ["Written warning", "≤5", 2],
        ["Total", "", 6],
    ]
    before = [
        "Vale Police, PO Box 1, Valetown VA1 2AB. Switchboard: 01234 567890",
        "Our reference: FOI 456/24",
        "Dear Ms Asker",
        "1. In 2022 we recorded 31 allegations of computer misuse. Fewer than five officers resigned in 2022.",
        "2. The outcomes of 2022 are in the table below.",
    ]
    after = ["Yours sincerely", "Jane Brown", "Disclosure Officer"]
    above, below = ("".join(paragraph(run(line)) for line in lines) for lines in (before, after))
    return docx(body=above + word_table(table) + below)


def cases() -> bytes:
    """Return a workbook with one row for each case."""
    return book([
        ["Ref", "Year", "Role", "Nature of misuse", "Outcome"],
        [1, 2021, "Police Officer", "Looked at a record of a neighbour", "Dismissed"],
        [2, 2021, "Police Officer", "Looked at a record of a friend", "Dismissed"],
        [3, 2021, "Police Staff", "Sent an e-mail to a relative", "Resigned"],
        [4, 2022, "Police Staff", "Looked at a crime report", "Written warning"],
        [5, 2022, "Police Officer", "Looked at own record", "Dismissed"],
    ])  # fmt: skip


def printed() -> bytes:
    """Return a letter as PDF, with a table whose rows have no rules between them."""
    page = words("Vale Police", 72, 780, 14) + words("Freedom of Information request 789/24", 72, 755)
    page += words("In 2019 two officers were dismissed and 12 members of staff resigned.", 72, 730)
    page += words("The table gives all cases of computer misuse.", 72, 716)
    table = [["Outcome", "2019", "2020"], ["Dismissed", 2, "-"], ["Resigned", 12, 3], ["Retired", "*", 1]]
    return pdf(page + ruled(table, 700, between=False) + words("* fewer than 5", 72, 590))


def mailed() -> bytes:
    """Return a mail with a workbook attached."""
    text = (
        "Dear Asker,\n\nPlease find our reply attached. We hold no information before 2019.\n\nKind regards\nFOI team\n"
    )
    rows = [["Year", "Cases of computer misuse"], [2019, 14], [2020, "c. 20"], [2021, "4 or fewer"]]
    return sent(attached(book(rows), "FOI reply.xlsx", mail(text)))


def open_document() -> bytes:
    """Return an ods whose counts stand by role below years."""
    rows = [["Year", "Officers", "Staff"], ["2017/18", 8, 3], ["2018/19", 6, "Not held"], ["2019/20", "1-5", 2]]
    return ods(rows=rows, name="Dismissed for computer misuse")


REPLIES = {"wide.xlsx": wide, "letter.docx": letter, "cases.xlsx": cases, "printed.pdf": printed, "mailed.eml": mailed,
           "open.ods": open_document}  # fmt: skip
