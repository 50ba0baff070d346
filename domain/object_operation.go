package domain

// Permission tells whether targets of this kind are what roles define: an
// operation on objects, a field, a setting or an action.
func (v TargetKind) Permission() bool { return v >= TargetObjectSee && v <= TargetAction }

// Operation tells whether the kind is one of the four operations on objects.
func (v TargetKind) Operation() bool { return v >= TargetObjectSee && v <= TargetObjectDestroy }

// Operations lists the operations on objects: See, Edit, Delete, Destroy.
func Operations() []TargetKind {
	return []TargetKind{TargetObjectSee, TargetObjectEdit, TargetObjectDelete, TargetObjectDestroy}
}

var operationWords = []string{"See", "Edit", "Delete", "Destroy"}

// OperationWord gives the word of an operation on objects ("Delete"), "" for
// another kind of target.
func OperationWord(v TargetKind) string {
	if !v.Operation() {
		return ""
	}
	return operationWords[v-TargetObjectSee]
}

// ParseOperation reads the word of an operation; read, update and soft-delete
// are the product's own words for the first three. One it does not know is an
// Invalid error.
func ParseOperation(s string) (TargetKind, error) {
	n, err := parseWord("an operation on objects", s, operationWords, map[string]uint8{
		"read": 0, "view": 0, "update": 1, "create": 1, "soft-delete": 2})
	return TargetObjectSee + TargetKind(n), err
}
