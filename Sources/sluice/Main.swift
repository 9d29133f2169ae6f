import ArgumentParser
import AsyncHTTPClient
import GatewayAdmin
import GatewayConfiguration
import GatewayProxy
import GatewayStorage
@main struct Sluice { static func main() {} }
