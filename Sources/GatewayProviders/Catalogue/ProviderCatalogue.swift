import GatewayCore

/// The one table of provider presets. `docs/providers.md` is generated from it.
///
/// Facts come from the document that each entry names. A surface is `missing` where the provider's own list of operations
/// has nothing of the kind; where a document is silent, an entry keeps the default of the OpenAI dialect.
package enum ProviderCatalogue {
  /// In the order of the documentation.
  package static let presets: [ProviderPreset] = hosted + selfHosted

  package static func preset(kind: String) -> ProviderPreset? { byKind[kind] }

  private static let byKind = Dictionary(presets.map { ($0.kind, $0) }) { first, _ in first }

  /// Providers that are called over the Internet.
  private static let hosted: [ProviderPreset] = [
    entry("openai", "OpenAI", "https://api.openai.com/v1", key: "OPENAI_API_KEY") {
      $0.quirks.refused.formUnion(["max_tokens", "reasoning_content"])
      $0.urlEnvironmentVariable = "OPENAI_BASE_URL"
      $0.spoken = [.openAIChat, .openAIResponses, .openAICompletions]
      $0.keeps = allObjects
      $0.models =
        chat("gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini")
        + embedding("text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002")
        + other(.image, "gpt-image-1", "dall-e-3") + other(.speech, "gpt-4o-mini-tts", "tts-1")
        + other(.transcription, "gpt-4o-transcribe", "whisper-1") + other(.moderation, "omni-moderation-latest")
      $0.documentation = "https://platform.openai.com/docs/api-reference"
    },
    entry("azure-openai", "Azure OpenAI", nil, key: "AZURE_OPENAI_API_KEY") {
      $0.quirks.refused.formUnion(["max_tokens", "reasoning_content"])
      $0.urlEnvironmentVariable = "AZURE_OPENAI_ENDPOINT"
      $0.credentialStyle = .header("api-key")
      $0.pathStyle = .azure
      $0.keeps = [.files, .uploads, .batches, .fineTuning, .storedResponses, .vectorStores]
      $0.modelList = .none
      $0.documentation = "https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference"
      $0.note =
        "Models are the names of your deployments, unless `deployments` says otherwise. `entra` is an application that "
        + "gets access tokens instead of a key. `apiVersion` is \(ProviderPreset.azureAPIVersion) unless set; "
        + "a URL that ends in `/openai/v1` is the v1 API, which has none."
    },
    entry("anthropic", "Anthropic", "https://api.anthropic.com", key: "ANTHROPIC_API_KEY") {
      $0.urlEnvironmentVariable = "ANTHROPIC_BASE_URL"
      $0.credentialStyle = .header("x-api-key")
      $0.spoken = [.anthropic]
      $0.quirks.missing = notConversations
      $0.modelList = .path("/v1/models")
      $0.models = chat("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")
      $0.documentation = "https://docs.anthropic.com/en/api/messages"
    },
    entry(
      "gemini", "Google Gemini", "https://generativelanguage.googleapis.com", key: "GEMINI_API_KEY", "GOOGLE_API_KEY"
    ) {
      $0.credentialStyle = .header("x-goog-api-key")
      $0.spoken = [.gemini]
      $0.embeddings = .geminiBatch
      $0.quirks.missing = notConversations.subtracting([.embeddings])
      $0.modelList = .path("/v1beta/openai/models")
      $0.models =
        chat("gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite") + embedding("gemini-embedding-001")
      $0.documentation = "https://ai.google.dev/api/generate-content"
    },
    entry("vertex", "Google Vertex AI", "https://aiplatform.googleapis.com") {
      $0.credentialStyle = .header("x-goog-api-key")
      $0.pathStyle = .vertex
      $0.spoken = [.gemini, .anthropic, .openAIChat]
      $0.embeddings = .vertex
      $0.quirks.missing = notConversations.subtracting([.embeddings])
      $0.modelList = .none
      $0.models =
        chat("gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite")
        + embedding("gemini-embedding-001", "text-embedding-005", "text-multilingual-embedding-002")
      $0.documentation = "https://cloud.google.com/vertex-ai/generative-ai/docs"
      $0.note =
        "`project`, `location` and a `serviceAccount`, whose access token is sent as `authorization: Bearer TOKEN`; or "
        + "the key of an express project. The publisher decides the dialect: `vertex/gemini-2.5-pro`, "
        + "`vertex/claude-sonnet-4-5@20250929`, others as `vertex/PUBLISHER/MODEL`."
    },
    entry("bedrock", "Amazon Bedrock", nil, key: "AWS_BEARER_TOKEN_BEDROCK") {
      $0.spoken = [.bedrockConverse]
      $0.embeddings = .bedrockTitan
      $0.rerank = .bedrock
      $0.quirks.missing = notConversations.subtracting([.embeddings, .rerank])
      $0.modelList = .none
      $0.documentation = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"
      $0.note =
        "Its Converse API. The URL names the region, e.g. `https://bedrock-runtime.eu-central-1.amazonaws.com`. It takes "
        + "media as bytes only: the gateway fetches those that are named by URL."
    },
    entry("mistral", "Mistral AI", "https://api.mistral.ai/v1", key: "MISTRAL_API_KEY") {
      $0.quirks.refused.insert("reasoning_content")
      // It answers 422 to unknown members, and sends the usage of a stream unasked.
      $0.quirks.acceptsStreamOptions = false
      $0.quirks.missing = [.completions]
      $0.models =
        chat("mistral-large-latest", "mistral-medium-latest", "mistral-small-latest", "codestral-latest")
        + embedding("mistral-embed")
      $0.documentation = "https://docs.mistral.ai/api"
      $0.note = "Answers 422 to members that it does not know. Its `fim/completions` is not offered."
    },
    entry("groq", "Groq", "https://api.groq.com/openai/v1", key: "GROQ_API_KEY") {
      $0.keeps = [.files, .batches]
      $0.quirks.refused.insert("reasoning_content")
      $0.quirks.missing = [.completions, .embeddings]
      $0.models =
        chat("llama-3.3-70b-versatile", "llama-3.1-8b-instant", "openai/gpt-oss-120b", "openai/gpt-oss-20b")
        + other(.transcription, "whisper-large-v3", "whisper-large-v3-turbo")
      $0.documentation = "https://console.groq.com/docs/openai"
    },
    entry("together", "Together AI", "https://api.together.ai/v1", key: "TOGETHER_API_KEY") {
      $0.quirks.refused = ["cache_control"]
      $0.models = chat("meta-llama/Llama-3.3-70B-Instruct-Turbo", "openai/gpt-oss-120b", "deepseek-ai/DeepSeek-V3")
      $0.documentation = "https://docs.together.ai/docs/openai-api-compatibility"
    },
    entry("fireworks", "Fireworks AI", "https://api.fireworks.ai/inference/v1", key: "FIREWORKS_API_KEY") {
      $0.quirks.refused = ["cache_control"]
      $0.models = chat("accounts/fireworks/models/gpt-oss-120b", "accounts/fireworks/models/deepseek-v3")
      $0.documentation = "https://docs.fireworks.ai/tools-sdks/openai-compatibility"
    },
    entry("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", key: "OPENROUTER_API_KEY") {
      $0.quirks.refused = []
      $0.models = chat("openrouter/auto", "openai/gpt-4o", "google/gemini-2.5-pro", "anthropic/claude-sonnet-4")
      $0.documentation = "https://openrouter.ai/docs/api-reference/overview"
    },
    entry("xai", "xAI", "https://api.x.ai/v1", key: "XAI_API_KEY") {
      $0.models = chat("grok-4", "grok-3", "grok-3-mini")
      $0.documentation = "https://docs.x.ai/docs/api-reference"
    },
    entry("perplexity", "Perplexity", "https://api.perplexity.ai", key: "PERPLEXITY_API_KEY", "PPLX_API_KEY") {
      $0.quirks.paths = [.chatCompletions: "/chat/completions"]
      // Its embeddings are signed bytes, which clients of the OpenAI dialect would misread as floats.
      $0.quirks.missing = [.completions, .embeddings]
      $0.modelList = .none
      $0.models = chat("sonar", "sonar-pro", "sonar-reasoning-pro", "sonar-deep-research")
      $0.documentation = "https://docs.perplexity.ai/api-reference/chat-completions-post"
    },
    entry("cerebras", "Cerebras", "https://api.cerebras.ai/v1", key: "CEREBRAS_API_KEY") {
      $0.quirks.refused.insert("reasoning_content")
      $0.quirks.missing = [.embeddings]
      $0.models = chat("gpt-oss-120b", "zai-glm-4.7")
      $0.documentation = "https://inference-docs.cerebras.ai/resources/openai"
    },
    entry("nvidia", "NVIDIA NIM", "https://integrate.api.nvidia.com/v1", key: "NVIDIA_API_KEY") {
      $0.models = chat("meta/llama-3.3-70b-instruct", "openai/gpt-oss-120b")
      $0.documentation = "https://docs.api.nvidia.com/nim/reference/llm-apis"
    },
    entry("github-models", "GitHub Models", "https://models.github.ai/inference") {
      $0.quirks.refused.insert("reasoning_content")
      $0.quirks.missing = [.completions]
      $0.modelList = .path("/catalog/models")
      $0.models =
        chat("openai/gpt-4.1", "openai/gpt-4o", "openai/gpt-4o-mini")
        + embedding("openai/text-embedding-3-small", "openai/text-embedding-3-large")
      $0.documentation = "https://docs.github.com/en/rest/models/inference"
      $0.note = "Never found by itself: GITHUB_TOKEN is set for many other reasons. Write `keys: [env:GITHUB_TOKEN]`."
    },
    entry("cloudflare", "Cloudflare Workers AI", nil, key: "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY") {
      $0.quirks.missing = [.completions]
      $0.modelList = .none
      $0.models =
        chat("@cf/meta/llama-3.1-8b-instruct", "@cf/openai/gpt-oss-120b") + embedding("@cf/baai/bge-large-en-v1.5")
      $0.documentation = "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/"
      $0.note = "Write the account's id: `account: 0a1b…`; it makes the URL."
    },
    entry("cohere", "Cohere", "https://api.cohere.com", key: "COHERE_API_KEY", "CO_API_KEY") {
      $0.urlEnvironmentVariable = "CO_API_URL"
      $0.spoken = [.cohere]
      $0.embeddings = .cohere
      $0.rerank = .cohere
      $0.quirks.missing = notConversations.subtracting([.embeddings, .rerank])
      $0.modelList = .none
      $0.models =
        chat("command-a-03-2025", "command-r-plus-08-2024", "command-r-08-2024", "command-r7b-12-2024")
        + embedding("embed-v4.0") + other(.rerank, "rerank-v3.5")
      $0.documentation = "https://docs.cohere.com/v2/reference/chat"
    },
    entry("dify", "Dify", "https://api.dify.ai/v1") {
      $0.spoken = [.dify]
      $0.pathStyle = .dify
      $0.quirks.missing = notConversations.union([.completions])
      $0.modelList = .none
      $0.documentation = "https://docs.dify.ai/api-reference/chat/send-chat-message"
      $0.note =
        "A key belongs to one app, and `app` says of what kind it is: `chat`, `agent`, `completion` or `workflow`. Any "
        + "model's name calls it. Earlier turns become part of the question; `inputs` and `conversation_id` pass."
    },
    entry("coze", "Coze", "https://api.coze.cn", key: "COZE_API_TOKEN") {
      $0.urlEnvironmentVariable = "COZE_API_BASE"
      $0.spoken = [.coze]
      $0.quirks.missing = notConversations.union([.completions])
      $0.modelList = .none
      $0.documentation = "https://www.coze.cn/open/docs/developer_guides/chat_v3"
      $0.note = "Models are the ids of bots. International accounts: `https://api.coze.com`."
    },
    entry("deepseek", "DeepSeek", "https://api.deepseek.com", key: "DEEPSEEK_API_KEY") {
      $0.quirks.paths = [.completions: "/beta/completions"]
      $0.quirks.missing = [.embeddings]
      $0.models = chat("deepseek-v4-flash", "deepseek-v4-pro", "deepseek-chat", "deepseek-reasoner")
      $0.documentation = "https://api-docs.deepseek.com/"
    },
    entry(
      "dashscope", "Alibaba Cloud DashScope (Bailian)", "https://dashscope.aliyuncs.com/compatible-mode/v1",
      key: "DASHSCOPE_API_KEY"
    ) {
      $0.quirks.refused = ["cache_control"]
      $0.keeps = [.files, .batches]
      $0.models =
        chat("qwen3-max", "qwen-max", "qwen-plus", "qwen-flash", "qwen-turbo", "qwen3-coder-plus")
        + embedding("text-embedding-v4", "text-embedding-v3") + other(.rerank, "gte-rerank-v2")
      $0.spoken = [.openAIChat, .openAICompletions, .dashscope]
      $0.rerank = .dashscope
      $0.documentation = "https://help.aliyun.com/zh/model-studio/compatibility-of-openai-with-dashscope"
      $0.note = "Keys of other regions need their URL, e.g. `https://dashscope-intl.aliyuncs.com/compatible-mode/v1`."
    },
    entry("ark", "Volcengine Ark (Doubao)", "https://ark.cn-beijing.volces.com/api/v3", key: "ARK_API_KEY") {
      $0.quirks.missing = [.completions]
      $0.models = chat("doubao-seed-1-8-251228", "doubao-seed-1-6-251015", "doubao-seed-1-6-flash-250828")
      $0.documentation = "https://www.volcengine.com/docs/82379/1330197"
      $0.note = "Models are model ids or the ids of your endpoints (`ep-…`)."
    },
    entry("siliconflow", "SiliconFlow", "https://api.siliconflow.cn/v1", key: "SILICONFLOW_API_KEY") {
      $0.quirks.refused = ["cache_control"]
      $0.keeps = [.files, .batches]
      $0.models =
        chat("deepseek-ai/DeepSeek-V3", "deepseek-ai/DeepSeek-R1") + embedding("BAAI/bge-m3")
        + other(.rerank, "BAAI/bge-reranker-v2-m3") + other(.transcription, "FunAudioLLM/SenseVoiceSmall")
      $0.documentation = "https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions"
      $0.note = "International accounts: `https://api.siliconflow.com/v1`."
    },
    entry(
      "zhipu", "Zhipu (BigModel)", "https://open.bigmodel.cn/api/paas/v4", key: "ZHIPUAI_API_KEY", "BIGMODEL_API_KEY"
    ) {
      $0.quirks.missing = [.completions]
      $0.keeps = [.files, .batches]
      $0.models = chat("glm-5.1", "glm-4.7", "glm-4.6", "glm-4.5-air") + embedding("embedding-3", "embedding-2")
      $0.documentation = "https://docs.bigmodel.cn/cn/guide/develop/openai/introduction"
      $0.note = "International accounts: `https://api.z.ai/api/paas/v4`."
    },
    entry("moonshot", "Moonshot (Kimi)", "https://api.moonshot.cn/v1", key: "MOONSHOT_API_KEY") {
      $0.quirks.missing = [.completions, .embeddings]
      $0.keeps = [.files, .batches]
      $0.models = chat("kimi-latest", "moonshot-v1-auto", "moonshot-v1-8k", "moonshot-v1-32k", "moonshot-v1-128k")
      $0.documentation = "https://platform.moonshot.cn/docs/api/chat"
      $0.note = "International accounts: `https://api.moonshot.ai/v1`."
    },
    entry("hunyuan", "Tencent Hunyuan", "https://api.hunyuan.cloud.tencent.com/v1", key: "HUNYUAN_API_KEY") {
      $0.quirks.missing = [.completions]
      $0.models =
        chat("hunyuan-2.0-instruct-20251111", "hunyuan-2.0-thinking-20251109", "hunyuan-turbos-latest")
        + embedding("hunyuan-embedding")
      $0.documentation = "https://cloud.tencent.com/document/product/1729/111007"
      $0.note =
        "`secretID` and `secretKey` of Tencent Cloud instead of `keys` call the signed API at "
        + "`https://hunyuan.tencentcloudapi.com`, which has a format of its own."
    },
    entry("qianfan", "Baidu Qianfan", "https://qianfan.baidubce.com/v2", key: "QIANFAN_API_KEY") {
      $0.models = chat("ernie-4.0-turbo-8k", "ernie-3.5-8k") + embedding("embedding-v1")
      $0.documentation = "https://cloud.baidu.com/doc/qianfan/s/Hmh4suq26"
      $0.note = "The v2 API, whose keys begin with `bce-v3/`. To choose an application: `forwardHeaders: [appid]`."
    },
    entry("minimax", "MiniMax", "https://api.minimaxi.com/v1", key: "MINIMAX_API_KEY") {
      $0.spoken = [.openAIChat, .openAIResponses]
      $0.embeddings = .minimax
      $0.quirks.missing = [.completions]
      $0.models = chat("MiniMax-M3", "MiniMax-M2.7", "MiniMax-M2.5") + embedding("embo-01")
      $0.documentation = "https://platform.minimaxi.com/docs/api-reference/text-openai-api"
      $0.note =
        "International accounts: `https://api.minimax.io/v1`. `dialect: minimax` is its own `text/chatcompletion_v2`."
    },
    entry("stepfun", "StepFun", "https://api.stepfun.com/v1", key: "STEP_API_KEY", "STEPFUN_API_KEY") {
      $0.quirks.missing = [.completions, .embeddings]
      $0.models = chat("step-3.7-flash", "step-3.5-flash", "step-2-16k", "step-2-mini")
      $0.documentation = "https://platform.stepfun.com/docs/zh/guides/developer/openai"
      $0.note = "International accounts: `https://api.stepfun.ai/v1`."
    },
    entry("baichuan", "Baichuan", "https://api.baichuan-ai.com/v1", key: "BAICHUAN_API_KEY") {
      $0.quirks.missing = [.completions]
      $0.models = chat("Baichuan4-Turbo", "Baichuan4-Air", "Baichuan4") + embedding("Baichuan-Text-Embedding")
      $0.documentation = "https://platform.baichuan-ai.com/docs/api"
    },
    entry("yi", "01.AI (Yi)", "https://api.lingyiwanwu.com/v1", key: "YI_API_KEY") {
      $0.quirks.missing = [.completions, .embeddings]
      $0.models = chat("yi-lightning")
      $0.documentation = "https://platform.lingyiwanwu.com/docs"
    },
    entry("spark", "iFlytek Spark", "https://spark-api-open.xf-yun.com/v1", key: "SPARK_API_PASSWORD") {
      $0.quirks.finishesByDone = true
      $0.quirks.missing = [.completions, .embeddings]
      $0.modelList = .none
      $0.models = chat("4.0Ultra", "generalv3.5", "max-32k", "pro-128k", "lite")
      $0.documentation = "https://www.xfyun.cn/doc/spark/HTTP%E8%B0%83%E7%94%A8%E6%96%87%E6%A1%A3.html"
      $0.note =
        "The key is the service's APIPassword, or `APIKey:APISecret`. The models `x1` and `spark-x` are at another URL, "
        + "`https://spark-api-open.xf-yun.com/v2`."
    },
    entry("ai360", "360 AI", "https://api.360.cn/v1", key: "AI360_API_KEY") {
      $0.credentialStyle = .header("authorization")
      $0.quirks.missing = [.completions]
      $0.models = chat("360zhinao2-o1", "360gpt2-o1", "360gpt2-pro")
      $0.documentation = "https://ai.360.com/open/models"
      $0.note = "The key is sent without `Bearer`."
    },
  ]

  /// Servers that people run themselves.
  private static let selfHosted: [ProviderPreset] = [
    server("ollama", "Ollama", port: 11434) {
      $0.urlEnvironmentVariable = "OLLAMA_HOST"
      $0.quirks.refusesMediaURLs = true
      $0.documentation = "https://docs.ollama.com/api/openai-compatibility"
      $0.note =
        "Found by itself when it runs on this machine or where OLLAMA_HOST points to. It takes images as bytes only: the "
        + "gateway fetches those that are named by URL."
    },
    server("vllm", "vLLM", port: 8000) {
      $0.documentation = "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html"
    },
    server("sglang", "SGLang", port: 30000) {
      $0.documentation = "https://docs.sglang.ai/basic_usage/openai_api_completions.html"
    },
    server("tgi", "Text Generation Inference", port: 3000) {
      $0.quirks.missing = [.embeddings]
      $0.documentation = "https://huggingface.co/docs/text-generation-inference/reference/api_reference"
      $0.note = "3000 is the launcher's port; containers are mostly published on another one, then name it in `url`."
    },
    server("lm-studio", "LM Studio", port: 1234) {
      $0.quirks.refusesMediaURLs = true
      $0.documentation = "https://lmstudio.ai/docs/app/api/endpoints/openai"
      $0.note = "It takes images as bytes only: the gateway fetches those that are named by URL."
    },
    server("llama-cpp", "llama.cpp server", port: nil) {
      $0.documentation = "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md"
      $0.note = "Its default port, 8080, is the gateway's own, so `url` is required."
    },
    server("pai-eas", "Alibaba Cloud PAI-EAS", port: nil) {
      $0.requiresKey = true
      $0.credentialStyle = .header("authorization")
      $0.documentation = "https://help.aliyun.com/zh/pai/user-guide/public-endpoint-calls"
      $0.note = "The key is the service's token; the URL is the service's address, with or without `/v1`."
    },
    entry("openai-compatible", "Any OpenAI-compatible server", nil) {
      $0.requiresKey = false
      $0.keeps = allObjects
      $0.documentation = "https://platform.openai.com/docs/api-reference"
      $0.note = "A URL without a path gets `/v1`; any other path is used as it is."
    },
    entry("echo", "Built-in echo", nil) {
      $0.requiresKey = false
      $0.pathStyle = .echo
      $0.modelList = .none
      $0.quirks.missing = notConversations.subtracting([.embeddings])
      $0.models = chat("echo")
      $0.note = "Answers inside the gateway with the last message of the request; for trying out and for tests."
    },
  ]
}
