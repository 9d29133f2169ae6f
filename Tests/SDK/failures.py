"""How each provider says that something failed."""

# Status at the provider of each kind of failure, where it is the same at all of them.
STATUS = {"key": 401, "bad": 400, "unknown": 404, "limited": 429, "internal": 500, "long": 400}

MESSAGES = {
    "key": "The key sk-of-the-provider is wrong.", "bad": "temperature is too high", "unknown": "no such model here",
    "limited": "slow down", "internal": "the GPU is on fire", "overloaded": "come back later",
}
# What a prompt that is too long for the model is answered.
TOO_LONG = {
    "openai-chat": "This model's maximum context length is 128000 tokens. However, your messages resulted in 200000 tokens.",
    "openai-responses": "Your input exceeds the context window of this model. Please adjust your input and try again.",
    "anthropic": "prompt is too long: 200001 tokens > 200000 maximum",
    "gemini": "The input token count (2000001) exceeds the maximum number of tokens allowed (1048576).",
    "bedrock-converse": "Input is too long for requested model.",
    "cohere": "too many tokens: total number of tokens in the prompt cannot exceed 128000",
}
KINDS = {
    "openai-chat": {
        "key": "invalid_request_error", "bad": "invalid_request_error", "unknown": "invalid_request_error",
        "limited": "requests", "internal": "server_error", "overloaded": "server_error", "long": "invalid_request_error"},
    "anthropic": {
        "key": "authentication_error", "bad": "invalid_request_error", "unknown": "not_found_error",
        "limited": "rate_limit_error", "internal": "api_error", "overloaded": "overloaded_error",
        "long": "invalid_request_error"},
    "gemini": {
        "key": "UNAUTHENTICATED", "bad": "INVALID_ARGUMENT", "unknown": "NOT_FOUND", "limited": "RESOURCE_EXHAUSTED",
        "internal": "INTERNAL", "overloaded": "UNAVAILABLE", "long": "INVALID_ARGUMENT"},
    "bedrock-converse": {
        "key": "UnrecognizedClientException", "bad": "ValidationException", "unknown": "ResourceNotFoundException",
        "limited": "ThrottlingException", "internal": "InternalServerException", "overloaded": "ServiceUnavailableException",
        "long": "ValidationException"},
}
FAILURES = [*STATUS, "overloaded"]


def message_of(dialect, name):
    return TOO_LONG[dialect] if name == "long" else MESSAGES[name]


def failure(dialect, name):
    """Status, headers and body."""
    status = STATUS.get(name, 529 if dialect == "anthropic" else 503)
    if dialect == "bedrock-converse" and name == "key":
        status = 403
    message = message_of(dialect, name)
    headers = {"retry-after": "30"} if name == "limited" else {}
    if dialect == "anthropic":
        error = {"type": KINDS[dialect][name], "message": message}
        return status, headers, {"type": "error", "error": error, "request_id": "req_1"}
    if dialect == "gemini":
        return status, headers, {"error": {"code": status, "message": message, "status": KINDS[dialect][name]}}
    if dialect == "bedrock-converse":
        return status, {**headers, "x-amzn-errortype": KINDS[dialect][name]}, {"message": message}
    if dialect == "cohere":
        return status, headers, {"id": "1", "message": message}
    code = {"key": "invalid_api_key", "unknown": "model_not_found", "long": "context_length_exceeded"}.get(name)
    kind = KINDS["openai-chat"][name]
    return status, headers, {"error": {"message": message, "type": kind, "param": None, "code": code}}
