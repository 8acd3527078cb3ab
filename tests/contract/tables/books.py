"""Workbooks of writers that are not ours, and a reader that is not ours.

books.py write FOLDER   NAME.xlsx and, as NAME.json, what a list of permits in it says: [[row, [cell, …]], …]
books.py read FILE      the cells of its first sheet, as JSON
Ends with 77 where openpyxl or xlsxwriter is missing."""
import datetime
import json
import os
import sys

try:
    import openpyxl
    import xlsxwriter
    from openpyxl.styles import Font
    from openpyxl.utils.datetime import CALENDAR_MAC_1904
except ImportError as missing:
    print(missing)
    sys.exit(77)

HEADER = ["车牌号", "姓名", "单位", "电话", "类别", "有效期起", "有效期至", "备注"]


def permits(count):
    for i in range(count):
        yield [f"浙A{10000 + i}", f"张{'三四五六七'[i % 5]}{i}", "财政局" if i % 3 else "发展和改革局", 13800000000 + i,
               "停车证", datetime.datetime(2026, 1, 1 + i % 28), datetime.datetime(2027, 1 + i % 12, 1 + i % 28, 18, 30), "一\n二"]


def told(row):
    def text(cell):
        if isinstance(cell, datetime.datetime):
            return cell.strftime("%Y-%m-%d" if (cell.hour, cell.minute) == (0, 0) else "%Y-%m-%d %H:%M")
        return str(cell)
    return [text(cell) for cell in row]


class Folder:
    def __init__(self, path):
        self.path = path

    def book(self, name, rows):
        with open(os.path.join(self.path, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(rows, file, ensure_ascii=False)
        return os.path.join(self.path, name + ".xlsx")


def openpyxl_list(folder, name, epoch=None):
    """2,000 permits below a merged title and an empty row, on the second sheet: the first is hidden."""
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    book.active.title = "旧"
    book.active.sheet_state = "hidden"
    book.active.append(["车牌号"])
    sheet = book.create_sheet("名单")
    sheet["A1"] = "二〇二六年车辆通行名单"
    sheet.merge_cells("A1:H1")
    for column, text in enumerate(HEADER, 1):
        sheet.cell(3, column, text).font = Font(bold=True)
    expected = [[1, ["二〇二六年车辆通行名单"]], [3, HEADER]]
    for at, row in enumerate(permits(2000), 4):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column, value)
            if column == 6:
                cell.number_format = "yyyy\"年\"m\"月\"d\"日\""
            if column == 7:
                cell.number_format = "[$-804]yyyy/m/d\\ h:mm;@"
        expected.append([at, told(row)])
    book.create_sheet("说明")["A1"] = "车牌号"
    book.save(folder.book(name, expected))


def openpyxl_kinds(folder):
    """What a cell may be: texts that look like numbers, wide characters, booleans, an error, cells over several rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [["车牌号", "电话", "比例", "是", "错", "单位", "有效期至"],
            ["浙A·12345", "00571", 0.25, True, "#N/A", "财政局", datetime.date(2027, 12, 31)],
            [" 浙A12346 ", 13800000001, 1e-7, False, "𠮷", None, None],
            ["浙A12347", 3.0, 12.5, True, "<&>\"'", None, None],
            ["浙A12348", -1, 100, False, "全角　空格", "民政局", "长期"]]
    for row in rows:
        sheet.append(row)
    sheet["C2"].number_format = "0%"
    sheet["C4"].number_format = "0.0\"day\""
    sheet.merge_cells("F2:F4")
    sheet.merge_cells("G2:G4")
    book.save(folder.book("openpyxl-kinds", [
        [1, rows[0]],
        [2, ["浙A·12345", "00571", "0.25", "1", "#N/A", "财政局", "2027-12-31"]],
        [3, ["浙A12346", "13800000001", "1e-07", "0", "𠮷", "财政局", "2027-12-31"]],
        [4, ["浙A12347", "3", "12.5", "1", "<&>\"'", "财政局", "2027-12-31"]],
        [5, ["浙A12348", "-1", "100", "0", "全角　空格", "民政局", "长期"]]]))


def openpyxl_never_calculated(folder):
    book = openpyxl.Workbook()
    book.active.append(["车牌号", "有效期至"])
    book.active.append(["浙A12345", "=DATE(2027,12,31)"])
    book.save(folder.book("openpyxl-never-calculated", None))


def xlsxwriter_list(folder, name, options):
    """The same 2,000 permits; with constant_memory the texts stand in their cells."""
    expected = [[1, HEADER]]
    path = folder.book(name, None)
    book = xlsxwriter.Workbook(path, options)
    day, minute = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": 22})
    sheet = book.add_worksheet("名单")
    sheet.write_row(0, 0, HEADER)
    for at, row in enumerate(permits(2000), 1):
        for column, value in enumerate(row):
            if isinstance(value, datetime.datetime):
                sheet.write_datetime(at, column, value, day if column == 5 else minute)
            else:
                sheet.write(at, column, value)
        expected.append([at + 1, told(row)])
    book.close()
    folder.book(name, expected)


def xlsxwriter_kinds(folder):
    """Rich text, formulas with their results, a chart as the first sheet, characters that are escaped, a hidden row."""
    path = folder.book("xlsxwriter-kinds", [
        [1, ["车牌号", "姓名", "有效期至", "备注"]],
        [2, ["浙A12345", "张三", "2027-12-31", "a\nb"]],
        [3, ["浙A12346", "李四", "2027-12-31 18:00", "_x000D_"]],
        [4, ["浙A12347", "", "", "#DIV/0!"]]])
    book = xlsxwriter.Workbook(path)
    bold, red = book.add_format({"bold": True}), book.add_format({"color": "red"})
    minute = book.add_format({"num_format": "yyyy/m/d h:mm"})
    day = book.add_format({"num_format": 14})
    chart = book.add_chartsheet("图")
    sheet = book.add_worksheet("名单")
    shape = book.add_chart({"type": "line"})
    shape.add_series({"values": "=名单!$C$2:$C$3"})
    chart.set_chart(shape)
    sheet.write_row(0, 0, ["车牌号", "姓名", "有效期至", "备注"])
    sheet.write_formula("A2", '="浙A"&"12345"', None, "浙A12345")
    sheet.write_rich_string("B2", bold, "张", red, "三")
    sheet.write_formula("C2", "=DATE(2027,12,31)", day, 46752)
    sheet.write_string("D2", "a\r\nb")
    sheet.write_rich_string("A3", "浙", red, "A", "12346")
    sheet.write("B3", "李四")
    sheet.write_formula("C3", "=C2+0.75", minute, 46752.75)
    sheet.write_string("D3", "_x000D_")
    sheet.write_string("A4", "浙A12347")
    sheet.write_blank("C4", None, day)
    sheet.write_formula("D4", "=1/0", None, "#DIV/0!")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.merge_range("F1:H1", "", bold)
    sheet.autofilter("A1:D4")
    sheet.data_validation("E2:E9", {"validate": "list", "source": ["a", "b"]})
    sheet.write_comment("A2", "车牌号")
    book.close()


def write(path):
    folder = Folder(path)
    openpyxl_list(folder, "openpyxl-1900")
    openpyxl_list(folder, "openpyxl-1904", CALENDAR_MAC_1904)
    openpyxl_kinds(folder)
    openpyxl_never_calculated(folder)
    xlsxwriter_list(folder, "xlsxwriter-1900", {})
    xlsxwriter_list(folder, "xlsxwriter-1904", {"date_1904": True})
    xlsxwriter_list(folder, "xlsxwriter-inline", {"constant_memory": True})
    xlsxwriter_kinds(folder)


def read(path):
    sheet = openpyxl.load_workbook(path).worksheets[0]
    print(json.dumps([["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]))


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
