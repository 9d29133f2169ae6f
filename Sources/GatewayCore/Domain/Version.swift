/// The version of the program: `sluice version`, `user-agent`, `sluice_build_info`.
package enum Version {
  package static let current = "0.1.0"
}
