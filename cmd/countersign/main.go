// Command countersign reviews who may do what with an organisation's AI
// agents, with a second signature.
package main

func main() {}
