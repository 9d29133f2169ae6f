/// Configuration → snapshot. Pure but for the files that it reads: nothing is watched, bound or kept.
package enum ConfigurationLoader {
  /// Reads a file as `--config` names it.
  package static func load(_ path: String, context: LoadContext) -> LoadResult {
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try (context.readConfiguration ?? context.readFile)(path, YAMLReader.maximumBytes)
    } catch {
      let log = ProblemLog(file: path)
      log.error(
        error == .tooLarge ? "the file is larger than 64MiB" : "the file \(error.predicate)", at: nil,
        advice: error == .missing ? "check --config" : nil)
      return LoadResult(snapshot: nil, start: nil, database: nil, routes: [], problems: log.problems, source: path)
    }
    return load(bytes: bytes, file: path, context: context)
  }

  /// - Parameter file: how messages name it; its relative paths are relative to that.
  package static func load(text: String, file: String, context: LoadContext) -> LoadResult {
    load(bytes: Array(text.utf8), file: file, context: context)
  }

  package static func load(bytes: [UInt8], file: String, context: LoadContext) -> LoadResult {
    let log = ProblemLog(file: file)
    let node = YAMLReader.read(bytes, log: log)
    let merged = node.flatMap { StoredMerge(log: log).merge($0, context.storedObjects) }
    var compilation = Compilation(log: log, context: context, directory: DiskFile.directory(of: file))
    guard let node, let root = merged.flatMap({ SchemaCheck(log: log).root($0) }) else {
      return LoadResult(snapshot: nil, start: nil, database: nil, routes: [], problems: log.problems, source: file)
    }
    compilation.masterKey = MasterKeyCompiler(compilation).settings(root["storage"])
    compilation.isMasterKeyWrong = compilation.masterKey == nil && root["storage"]?["masterKey"] != nil
    var result = FileCompiler(
      compilation, root: root, file: file, offersOwnModels: !StoredMerge.names("models", in: node)
    ).compile()
    result.masterKey = compilation.masterKey
    result.fileObjects = StoredObjects(file: node).masked
    root.forEachText { setting, text in
      guard case .stored(let name) = SecretReference.Form(text) else { return }
      result.storedSecrets[name, default: []].append(
        SecretPlace(
          file: setting.position.origin == .database ? ProblemLog.database : file, position: setting.position,
          path: setting.path))
    }
    return result
  }
}
