extension String {
  /// What somebody wrote, as messages repeat it: 80 characters at most, with `…` in the place of the rest.
  package var shortened: String { count > 80 ? prefix(79) + "…" : self }
}
