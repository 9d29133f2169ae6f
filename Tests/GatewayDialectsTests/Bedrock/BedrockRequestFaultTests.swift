import GatewayCore
import GatewayDialects
import Testing

@Suite("Bad requests of Bedrock")
struct BedrockRequestFaultTests {
  @Test(
    arguments: [
      ("[]", "", "the body must be an object"),
      ("{}", "messages", "messages is missing"),
      (#"{"messages":null}"#, "messages", "messages is missing"),
      (#"{"messages":{}}"#, "messages", "messages must be an array"),
      (#"{"messages":[]}"#, "messages", "messages must have at least one message"),
      (#"{"messages":["x"]}"#, "messages[0]", "messages[0] must be an object"),
      (#"{"messages":[{"content":[{"text":"x"}]}]}"#, "messages[0].role", "role is missing"),
      (
        #"{"messages":[{"role":"tool","content":[{"text":"x"}]}]}"#, "messages[0].role",
        "unknown role 'tool'; known are user, assistant, system"
      ),
      (#"{"messages":[{"role":"user"}]}"#, "messages[0].content", "content is missing"),
      (#"{"messages":[{"role":"user","content":"x"}]}"#, "messages[0].content", "content must be an array"),
      (#"{"messages":[{"role":"user","content":[]}]}"#, "messages[0].content", "content must have at least one block"),
      (
        #"{"messages":[{"role":"user","content":[{"image_url":{}}]}]}"#, "messages[0].content[0]",
        "unknown block 'image_url'; known are text, image, document, video, audio, toolResult, guardContent, searchResult, cachePoint"
      ),
      (
        #"{"messages":[{"role":"user","content":[{}]}]}"#, "messages[0].content[0]",
        "a member is missing: one of text, image, document, video, audio, toolResult, guardContent, searchResult, cachePoint"
      ),
      (
        #"{"messages":[{"role":"assistant","content":[{"text":"a","toolUse":{}}]}]}"#, "messages[0].content[0]",
        "more than one member where one is allowed: text, toolUse, reasoningContent, citationsContent, image, toolResult, cachePoint"
      ),
      (
        #"{"messages":[{"role":"user","content":[{"text":7}]}]}"#, "messages[0].content[0].text",
        "text must be a string"
      ),
      (
        #"{"messages":[{"role":"user","content":[{"toolUse":{}}]}]}"#, "messages[0].content[0]",
        "toolUse stands in messages of the assistant only"
      ),
      (
        #"{"messages":[{"role":"assistant","content":[{"toolResult":{}}]}]}"#, "messages[0].content[0]",
        "toolResult stands in messages of the user only"
      ),
      (
        #"{"messages":[{"role":"user","content":[{"toolResult":{"toolUseId":"q","content":[]}}]}]}"#,
        "messages[0].content[0].toolResult.toolUseId",
        "no call before it has the id 'q'; send the assistant's message with the call first"
      ),
      (
        #"{"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":"{}"}}]}]}"#,
        "messages[0].content[0].toolUse.input", "input must be an object"
      ),
      (
        #"{"messages":[{"role":"assistant","content":[{"toolUse":{"name":"f","input":{}}}]}]}"#,
        "messages[0].content[0].toolUse.toolUseId", "toolUseId is missing"
      ),
      (
        #"{"messages":[{"role":"user","content":[{"image":{"format":"bmp","source":{"bytes":"AA=="}}}]}]}"#,
        "messages[0].content[0].image.format", "unknown format 'bmp'; known are png, jpeg, gif, webp"
      ),
      (
        #"{"messages":[{"role":"user","content":[{"image":{"format":"png","source":{"url":"https://x"}}}]}]}"#,
        "messages[0].content[0].image.source", "unknown source 'url'; known are bytes, s3Location"
      ),
      (
        #"{"messages":[{"role":"user","content":[{"cachePoint":{"type":"default"}}]}]}"#, "messages[0].content[0]",
        "a cachePoint must follow what is to be cached"
      ),
      (
        #"{"messages":[{"role":"user","content":[{"text":"x"},{"cachePoint":{"type":"disk"}}]}]}"#,
        "messages[0].content[1].cachePoint.type", "unknown type 'disk'; the only one is default"
      ),
      (#"{"system":"Be brief."}"#, "system", "system must be an array"),
      (#"{"system":[{"image":{}}]}"#, "system[0]", "unknown block 'image'; known are text, guardContent, cachePoint"),
      (
        #"{"inferenceConfig":{"maxTokens":0}}"#, "inferenceConfig.maxTokens",
        "maxTokens must be a whole number, at least 1"
      ),
      (
        #"{"inferenceConfig":{"temperature":"hot"}}"#, "inferenceConfig.temperature", "temperature must be a number"
      ),
      (
        #"{"inferenceConfig":{"stopSequences":[""]}}"#, "inferenceConfig.stopSequences[0]",
        "a stop sequence must not be empty"
      ),
      (#"{"toolConfig":{"tools":[]}}"#, "toolConfig.tools", "tools must have at least one tool"),
      (
        #"{"toolConfig":{"tools":[{"toolSpec":{"name":"f"}}]}}"#, "toolConfig.tools[0].toolSpec.inputSchema",
        "inputSchema is missing"
      ),
      (
        #"{"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{}}}}],"toolChoice":{"tool":{"name":"g"}}}}"#,
        "toolConfig.toolChoice.tool.name", "no tool is named 'g'"
      ),
      (
        #"{"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{}}}}],"toolChoice":{"none":{}}}}"#,
        "toolConfig.toolChoice", "unknown tool choice 'none'; known are auto, any, tool"
      ),
      (
        #"{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{"}}}}}"#,
        "outputConfig.textFormat.structure.jsonSchema.schema", "schema must be a string that holds a JSON object"
      ),
      (
        #"{"additionalModelRequestFields":{"thinking":{"type":"enabled"}}}"#,
        "additionalModelRequestFields.thinking.budget_tokens", "budget_tokens is missing"
      ),
      (#"{"requestMetadata":[]}"#, "requestMetadata", "requestMetadata must be an object"),
    ])
  func namesThePlaceOfAFault(body: String, path: String, message: String) {
    #expect(fault { _ = try readBedrock(body) } == DialectFault(message, path: path))
  }
}
