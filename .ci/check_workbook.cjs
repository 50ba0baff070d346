// Reads each workbook with exceljs, a reader that refuses what the two others
// forgive: rows or cells without their address, parts that are not there.
// usage: node check_workbook.cjs BOOK...
const path = require("path");
const ExcelJS = require("exceljs");

async function main(books) {
  for (const book of books) {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(book);
    if (workbook.worksheets.length === 0) {
      throw new Error(`${path.basename(book)} has no sheet`);
    }
    for (const sheet of workbook.worksheets) {
      if (sheet.actualRowCount === 0) {
        throw new Error(`${path.basename(book)}: sheet ${sheet.name} is empty`);
      }
    }
    console.log(path.basename(book), workbook.worksheets.map((s) => `${s.name}: ${s.actualRowCount} rows`).join(", "));
  }
}

main(process.argv.slice(2)).catch((fault) => {
  console.error(`exceljs: ${fault.message}`);
  process.exit(1);
});
