package review

import "countersign/domain"

// The canonical lines of frozen items are written by hand, part by part, as
// encoding/json would write them: a population has a million of them.
// TestStagedLineIsCanonical holds them to it.

// partOf begins a part of an object behind what is there.
func partOf(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), name...), '"', ':')
}

// partText appends a text that is not empty.
func partText[T ~string](b []byte, name string, s T) []byte {
	if s == "" {
		return b
	}
	return domain.AppendText(partOf(b, name), s)
}

// partNumber appends a number that is not 0.
func partNumber[T ~int | ~int64 | ~uint8](b []byte, name string, n T) []byte {
	if n == 0 {
		return b
	}
	return domain.AppendInt(partOf(b, name), n)
}

// partTexts appends a list that is not empty.
func partTexts[T ~string](b []byte, name string, list []T) []byte {
	if len(list) == 0 {
		return b
	}
	return domain.AppendTexts(partOf(b, name), list)
}

// partTrue appends what is true.
func partTrue(b []byte, name string, v bool) []byte {
	if !v {
		return b
	}
	return append(partOf(b, name), "true"...)
}

// appendLine appends the item's canonical line, nil where it has none.
func (it *StagedItem) appendLine(b []byte) []byte {
	b = domain.AppendInt(append(b, `{"no":`...), it.No)
	b = it.Holding.AppendJSON(append(b, `,"holding":`...))
	b = domain.AppendInt(append(b, `,"since":`...), it.Since)
	b = domain.AppendText(append(b, `,"holder":`...), it.Holder)
	b = domain.AppendText(append(b, `,"target":`...), it.Target)
	b = partText(b, "about", it.About)
	b = partText(b, "allows", it.Allows)
	b = partTexts(b, "how", it.How)
	b = partTexts(b, "remains", it.Remains)
	b = partNumber(b, "reach", it.Reach)
	b = partTrue(b, "high_risk", it.HighRisk)
	b = partTexts(b, "flags", it.Flags)
	b = domain.AppendText(append(b, `,"class":`...), it.Class.String())
	b = append(b, `,"assigned":[`...)
	for i, a := range it.Assigned {
		if i > 0 {
			b = append(b, ',')
		}
		b = a.AppendJSON(b)
	}
	b = append(b, ']')
	b = partTexts(b, "subjects", it.Subjects)
	if !it.Advice.IsZero() {
		b = it.Advice.AppendJSON(partOf(b, "advice"))
	}
	if it.Delta != (Delta{}) {
		b = it.Delta.AppendJSON(partOf(b, "delta"))
	}
	if it.Last != (LastDecision{}) {
		if b = it.Last.AppendJSON(partOf(b, "last")); b == nil {
			return nil
		}
	}
	b = partText(b, "peers", it.Peers)
	b = partText(b, "last_used", it.LastUsed)
	return append(partTexts(b, "conflicts", it.Conflicts), '}')
}

// AppendJSON appends the assignment's canonical form.
func (r Assigned) AppendJSON(b []byte) []byte {
	b = domain.AppendText(append(b, `{"campaign":`...), r.Campaign)
	b = domain.AppendInt(append(b, `,"item":`...), r.Item)
	b = domain.AppendInt(append(b, `,"stage":`...), r.Stage)
	b = domain.AppendText(append(b, `,"reviewer":`...), r.Reviewer)
	b = domain.AppendText(append(b, `,"rule":`...), r.Rule)
	return append(partTexts(partText(b, "for", r.For), "past", r.Past), '}')
}

// AppendJSON appends the advice's canonical form.
func (a Advice) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	if a.Answer != Silent {
		b = domain.AppendText(partOf(b, "answer"), a.Answer.String())
	}
	b = partNumber(b, "level", a.Level)
	if len(a.Reasons) > 0 {
		b = append(partOf(b, "reasons"), '[')
		for i, r := range a.Reasons {
			if i > 0 {
				b = append(b, ',')
			}
			b = domain.AppendText(append(b, `{"kind":`...), r.Kind.String())
			b = domain.AppendText(append(b, `,"text":`...), r.Text)
			b = domain.AppendText(append(b, `,"toward":`...), r.Toward.String())
			b = append(partNumber(b, "level", r.Level), '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// AppendJSON appends the delta's canonical form.
func (d Delta) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	if d.Kind != DeltaUnknown {
		b = domain.AppendText(partOf(b, "kind"), d.Kind.String())
	}
	b = partNumber(b, "was", d.Was)
	b = partTrue(b, "again", d.Again)
	return append(partText(b, "text", d.Text), '}')
}

// AppendJSON appends the decision's canonical form; nil where its time is one
// that JSON cannot hold.
func (d LastDecision) AppendJSON(b []byte) []byte {
	b = partText(append(b, '{'), "campaign", d.Campaign)
	b = partText(b, "name", d.Name)
	b = partNumber(b, "item", d.Item)
	if d.Answer != Silent {
		b = domain.AppendText(partOf(b, "answer"), d.Answer.String())
	}
	b = partNumber(b, "level", d.Level)
	b = partText(b, "reviewer", d.Reviewer)
	if !d.At.IsZero() {
		at, err := d.At.MarshalJSON()
		if err != nil {
			return nil
		}
		b = append(partOf(b, "at"), at...)
	}
	return append(partNumber(b, "certified", d.Certified), '}')
}
