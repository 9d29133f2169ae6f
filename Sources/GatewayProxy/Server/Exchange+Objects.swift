import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// What an exchange says of the objects that providers keep for its caller.
extension Exchange {
  /// How ids are written for this caller.
  var objectMark: ObjectMark {
    let providers = snapshot.providers
    return ObjectMark(isOwner: { name in providers.contains { $0.name == name } }, tag: objectTag)
  }

  /// The same for ids in calls of models, where only what a provider keeps through us is ours to read.
  var objectMarkOfModelCall: ObjectMark {
    let providers = snapshot.providers
    return ObjectMark(
      isOwner: { name in providers.contains { $0.name == name && !$0.keeps.isEmpty } }, tag: objectTag)
  }

  private var objectTag: ObjectMark.Tag? {
    guard snapshot.separatesObjects, let name = identified?.consumer.name else { return nil }
    let proof = loop.shared.objectProof
    return { id, owner in proof.tag(consumer: name, id: id, owner: owner) }
  }

  /// `x-sluice-provider`
  var namedProvider: String? { fieldValue(named: "x-sluice-provider").map { String(buffer: $0) } }

  /// Takes down whose the objects of an answer are, for their lists.
  ///
  /// - Parameter isCreation: whether the call has made them. What is merely seen is the caller's only where no other
  ///   consumer could see it.
  func keepObjects(_ root: JSONNode, at provider: Provider, isCreation: Bool) {
    guard isTakenDown, let caller = identified, isCreation || snapshot.server.objects == .consumer else { return }
    var found = ObjectIDs.kept(root)
    // Of a provider that does not say what it has made: it has room, so it counts.
    if found.isEmpty, storedUpload != nil, let id = root["id"]?.string, let surface = record.surface {
      found = [ObjectIDs.Kept(kind: surface, id: id)]
    }
    for object in found {
      var kept = KeptObject(
        provider: provider.name, id: object.id, kind: object.kind, consumer: caller.consumer.name,
        purpose: object.purpose)
      kept.bytes = object.bytes
      kept.expiresAt = object.expiresAt.map { WallTime(milliseconds: $0 * 1000) }
      kept.owner = StoredOwner(caller)
      if isCreation, let claim = storedUpload?.claim {
        storedUpload = nil
        kept.claim = claim.id
        kept.bytes = kept.bytes ?? claim.bytes
      }
      loop.shared.objects.keep(kept)
    }
    if let id = ObjectIDs.endedUpload(root) { loop.shared.objects.forget(id: id, provider: provider.name) }
  }

  func forgetObject(_ id: String, at provider: Provider) {
    guard isTakenDown else { return }
    loop.shared.objects.forget(id: id, provider: provider.name)
  }

  /// Whether anybody is to know whose an object is, or how large.
  private var isTakenDown: Bool { !snapshot.isOpen || snapshot.limitsStored }
}
