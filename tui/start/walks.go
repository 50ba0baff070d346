package start

// walk is the tour of one kind of person.
type walk struct {
	who   string
	steps []place
}

// to is a step that goes to a page which the menu has.
func to(page, title string, about ...string) place {
	return place{title: title, page: page, key: "go." + page, about: about}
}

// walks are the tours. The keys in their words are those the actions come with; ?
// lists a person's own on each page.
func walks() []walk {
	return []walk{
		{"Reviewer", []place{
			to("home", "1. What waits for you", "The home page says what waits for you, until when, and at which item you left. Enter resumes there."),
			to("review", "2. Your items", "The list, and beside it everything known of the item: what it allows, how they have it, when it was used, what is advised and why.",
				"a keeps, d revokes, e chooses a lower level, . leaves it for later. One key decides one item, and the cursor goes on to the next undecided one."),
			to("review", "3. Take back, and decide many", "u takes the last decision back, U makes it again. space, v and * mark; A, D and E then decide all that are marked, after one question that says how many.",
				"/ filters: level:edit !decided. f offers the filters asked for most."),
			to("review", "4. Sign off", "When all is decided, F signs off: you type the campaign's name. From then on only a checker can send items back to you."),
		}},
		{"Admin", []place{
			to("people", "1. Who is here", "Everybody with what they are and have. Enter opens one: access, groups, history, findings. f says why they have something or not, and the smallest change that would give it."),
			to("areas", "2. Change access", "The area editor: 0 none, 1 read, 2 edit. What you change stands beside the tree with who gains and loses; nothing is put forward before you say why."),
			to("matrix", "3. See it all", "Everybody against all agents, areas, objects or settings. Enter explains a cell."),
			to("findings", "4. What is the matter", "Dormant access, orphans, what two people should never hold together. e sees to one, f explains it."),
			to("import", "5. Bring data in", "Files of people, groups and grants: the first rows, which column is what, and what it would do, before it is proposed."),
			to("approvals", "6. What waits for a second signature", "Your own changes stand here, locked: somebody else signs them."),
		}},
		{"Checker", []place{
			to("approvals", "1. What waits for you", "Packets of decisions, change sets, campaigns to launch. The details say before and after, who gains and loses, and the maker's reason."),
			to("approvals", "2. Sign, or send back", "enter opens all of it. a signs, b sends it back with a reason; of a packet you can send single items back. What you made yourself is locked."),
			to("log", "3. It is on record", "Every signature is an event with what you were shown. v checks the whole log on the spot."),
		}},
		{"Campaign owner", []place{
			to("coverage", "1. What is due", "By each framework, what was never reviewed or is out of cadence, and the campaign that would take exactly that."),
			to("campaigns", "2. Plan, stage, launch", "n plans one. Staging freezes who has what and ties it out; a checker launches. The details say how far each reviewer is."),
			to("definitions", "3. Every quarter", "A definition that was approved once drafts its campaign each time it is due."),
		}},
		{"Auditor", []place{
			to("log", "1. The log", "Every event, filtered by who, what and when; v verifies it, enter opens one whole, o goes to what it is about."),
			to("people", "2. Who had what, when", "Each page of the organisation can be looked at as it was: :as-of and a date. :diff and two dates say what changed between them."),
			to("campaigns", "3. A campaign, re-performed", "o looks at one more closely: its log replayed, a sample by your own seed, how diligently it was reviewed."),
			to("campaigns", "4. Take it with you", "x exports what is on a page; countersign export package in the shell writes the workbook that proves itself."),
		}},
	}
}
