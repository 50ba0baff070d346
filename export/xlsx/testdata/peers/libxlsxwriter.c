/* Writes the rows of standard input as a workbook, in libxlsxwriter's constant memory
 * mode. A row is a line, its cells are apart by tabs, and a cell begins with what it
 * is: s text, n number, d serial date; an empty one is blank.
 *
 *   libxlsxwriter OUT.xlsx <rows
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: libxlsxwriter OUT.xlsx <rows\n");
        return 2;
    }
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    lxw_workbook *book = workbook_new_opt(argv[1], &options);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Rows");
    lxw_format *date = workbook_add_format(book);
    format_set_num_format(date, "yyyy-mm-dd hh:mm:ss");
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    for (lxw_row_t row = 0; (n = getline(&line, &room, stdin)) > 0; row++) {
        line[n - 1] = 0;
        char *rest = line, *cell;
        for (lxw_col_t col = 0; (cell = strsep(&rest, "\t")) != NULL; col++) {
            lxw_error err = LXW_NO_ERROR;
            switch (cell[0]) {
            case 's': err = worksheet_write_string(sheet, row, col, cell + 1, NULL); break;
            case 'n': err = worksheet_write_number(sheet, row, col, atof(cell + 1), NULL); break;
            case 'd': err = worksheet_write_number(sheet, row, col, atof(cell + 1), date); break;
            }
            if (err) {
                fprintf(stderr, "row %u, column %u: %s\n", row, col, lxw_strerror(err));
                return 1;
            }
        }
    }
    free(line);
    lxw_error err = workbook_close(book);
    if (err)
        fprintf(stderr, "%s\n", lxw_strerror(err));
    return err ? 1 : 0;
}
