package domain

import "encoding/json"

// Policy says which change needs whose approval. It is data; the zero Policy
// allows nothing to rise without an executive's approval. Always and
// SensitiveArea cannot be switched off: where they are none, an executive
// answers.
type Policy struct {
	ByClass       map[Classification]ApprovalClass `json:"by_class"`       // a rise on an agent or a source
	Always        ApprovalClass                    `json:"always"`         // the always-four-eyes acts
	ManagersUpTo  int                              `json:"managers_up_to"` // beyond so many gainers the target's owner answers
	SensitiveArea ApprovalClass                    `json:"sensitive_area"` // Edit on an area marked sensitive
	LeaverShare   int                              `json:"leaver_share"`   // percent of people an import may retire unconfirmed
	LeaverCount   int                              `json:"leaver_count"`   // and how many
}

// ShippedPolicy is the policy of a new organisation (PRODUCT 3; seed: Twig,
// data classification).
func ShippedPolicy() Policy {
	return Policy{
		ByClass: map[Classification]ApprovalClass{ClassPublic: NoApproval, ClassInternal: ManagerApproval,
			ClassConfidential: AdminApproval, ClassRestricted: ExecutiveApproval},
		Always: CheckerApproval, ManagersUpTo: 10, SensitiveArea: CheckerApproval,
		LeaverShare: 20, LeaverCount: 500,
	}
}

// Policy gives the organisation's policy: the stored one, else the shipped. A
// stored one that cannot be read is the zero Policy.
func (o *Org) Policy() Policy {
	stored := o.Setting(SettingPolicy)
	if stored == "" {
		return ShippedPolicy()
	}
	var p Policy
	if err := json.Unmarshal([]byte(stored), &p); err != nil {
		return Policy{}
	}
	return p
}

// of gives the approval that a rise on something of this classification asks.
func (p Policy) of(c Classification) ApprovalClass {
	if need, ok := p.ByClass[c]; ok {
		return need
	}
	return ExecutiveApproval
}

func orExecutive(a ApprovalClass) ApprovalClass {
	if a == NoApproval {
		return ExecutiveApproval
	}
	return a
}

// Verdict is the policy's answer to a change set, with its reasons.
type Verdict struct {
	Refused *Error // not nil: this maker may not propose this, or the change breaks a rule
	Need    ApprovalClass
	From    []ID     // ManagerApproval: each of these must approve (or one who may give a stricter approval)
	Why     []Reason // which effects asked for Need
	Effects []Effect
	After   *Org // the organisation with the changes, nil when refused

	Founds bool // it restores an organisation in place of one just founded: who founded that may approve it

	Breaches []Breach // the separations of duties it would newly break; Why says them too
}

// AppliesNow tells whether no second person is needed.
func (v Verdict) AppliesNow() bool { return v.Refused == nil && v.Need == NoApproval }

// SharedGain tells whether p gains by the change set, and only what everybody
// gains. An approval by such a person is marked so.
func (v Verdict) SharedGain(p ID) bool {
	shared := false
	for _, e := range v.Effects {
		if e.Principal == p && e.Rises() {
			if !e.Shared {
				return false
			}
			shared = true
		}
	}
	return shared
}
