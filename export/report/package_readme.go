package report

import (
	"fmt"
	"strings"
)

// packageReadme is README.txt: what the package holds and how to check it, for
// somebody who has nothing but the package. Verifying a package makes it again and
// compares: whoever changes its words raises packageForm.
func packageReadme(s Statement, organisation string) string {
	lead := ""
	if s.Mode != "live" {
		lead = strings.ToUpper(s.Mode) + ": people may have been played by others. This is no evidence.\n\n"
	}
	pinned := "The campaign was not over when this was made."
	if s.Pinned {
		pinned = "It is pinned to the event that ended the campaign: nothing later shows."
	}
	head := fmt.Sprintf("%sEvidence of an access review\n\nOrganisation  %s\nCampaign      %s (%s), %s\nLog           %s, %d events\nRoot          %s\n\n%s\n",
		lead, oneLine(organisation), oneLine(s.Name), s.Campaign, s.State, s.Log, s.Size, s.Root, pinned)
	return head + packageHelp
}

// oneLine keeps a name from making lines of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}

const packageHelp = `
What is in it

  evidence.xlsx     the workbook: begin with its cover
  tables/           every table of the workbook as CSV; text that a spreadsheet
                    could run as a formula has an apostrophe in front
  population.jsonl  what was reviewed: the items as they were frozen, one a line
  log.jsonl         the event log up to the event the workbook shows, one event a line
  checkpoint.txt    the log's id, how many events it has, and its root (and the time).
                    Signed by whoever made the package where a line begins with a dash;
                    where none does nobody signed it, and it vouches for nothing by itself
  proofs.jsonl      for each event of the campaign, the proof that it is in the log
  statement.json    what this package says of itself, for programs
  MANIFEST.sha256   the SHA-256 of every other file

Check it with Countersign

  countersign verify PACKAGE.zip
  countersign verify PACKAGE.zip --checkpoint HELD

It holds every file against the manifest, builds the log's root anew from the
lines, checks each proof, plays the events again into an empty database, makes the
workbook and the tables from that, and names every cell that differs. Rulings are
worked out again from the votes.

Alone, the package can show only that it agrees with itself: whoever changed all
of it together could have made it agree. So take a checkpoint early and keep it
where nobody who can write the database can write (countersign log checkpoint
--out HELD). With --checkpoint HELD it is also shown that the log was not
rewritten. Where HELD was taken later and so has more events, ask for
  countersign log proof --from SIZE --checkpoint HELD --out PROOF
made on the database (SIZE stands in statement.json), and give both:
  countersign verify PACKAGE.zip --checkpoint HELD --proof PROOF

Check it without Countersign

1. The files are those that were packed. In the folder you unpacked it in:
     sha256sum -c MANIFEST.sha256

2. The items are those that were frozen. This prints a number above 0:
     grep -c "$(sha256sum population.jsonl | cut -d' ' -f1)" log.jsonl
   The first event it finds, campaign.staged, has the sum of population.jsonl, and
   stands before the first decision; later ones repeat it.

3. The log has the root that checkpoint.txt says. The root is made like this.
   The leaf of an event is the SHA-256 of a zero byte followed by its line, without
   the line feed. Two neighbours make a node: the SHA-256 of a byte 1, the left
   hash and the right hash. Where the number of events is no power of two, the
   left part is the largest power of two that is smaller. (It is the tree of
   RFC 6962, section 2.1.) With Python 3:

     import base64, hashlib
     def root(part):
         if len(part) == 1:
             return hashlib.sha256(b"\0" + part[0]).digest()
         k = 1 << (len(part) - 1).bit_length() - 1
         return hashlib.sha256(b"\1" + root(part[:k]) + root(part[k:])).digest()
     lines = open("log.jsonl", "rb").read().split(b"\n")[:-1]
     print(len(lines), base64.b64encode(root(lines)).decode())

   Both numbers must be lines 2 and 3 of checkpoint.txt, and of the checkpoint
   that you hold.

4. One event is in the log. Its line in proofs.jsonl has, in "path", the hashes
   beside the way from its leaf to the root, the lowest first: with them the root
   can be made from the one line, without the others.

5. A decision reads as it was made. Every event of type item.decided carries the
   answers, the reviewer and the time; packet.signed and packet.countersigned who
   signed and who countersigned; the column Event of the sheet Decisions is the
   number of the event, and line number less one in log.jsonl.

What this does not show: that the people who acted were who they are said to be
beyond what the cover says of it, and that the systems the data came from told the
truth. The sources and their digests are named in the workbook.
`
