// Saves workbooks again with exceljs.
// usage: node resave.cjs FOLDER BOOK...
const path = require("path");
const ExcelJS = require("exceljs");

async function main(folder, books) {
  for (const book of books) {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(book);
    await workbook.xlsx.writeFile(path.join(folder, path.basename(book)));
  }
}

main(process.argv[2], process.argv.slice(3)).catch((fault) => {
  console.error(`exceljs: ${fault.message}`);
  process.exit(1);
});
