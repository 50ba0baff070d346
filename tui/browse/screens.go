package browse

import "countersign/tui/action"

// Screens implements tui.Screener: each tab has its own actions.
func (o *Object) Screens() []action.Table { return o.acts }
