"""What OpenAI keeps for its callers, as its API reference has it: files, batches, jobs, responses, videos, vector stores."""

import json

from routes import chunked_answer, fields, files, json_answer, typed_answer


def page(items, query):
    """One page of a list that is ordered as it was made."""
    ids = [item["id"] for item in items]
    start = ids.index(query["after"]) + 1 if "after" in query else 0
    limit = int(query.get("limit", 20))
    data = items[start:start + limit]
    return json_answer({
        "object": "list", "data": data, "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None, "has_more": start + limit < len(items)})


def missing(what):
    return json_answer({"error": {
        "message": f"No such object: {what}", "type": "invalid_request_error", "param": "id", "code": None}}, 404)


def message(text):
    content = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [content]}


class Objects:
    """The objects of one account below `/NAME/v1`. Every id begins with the kind and the name, so that a mix-up is seen."""

    def __init__(self, server, name, key):
        self.name, self.key = name, key
        self.kept = {kind: {} for kind in ("file", "batch", "ftjob", "resp", "video", "vs", "upload", "part")}
        self.contents = {}
        for method, path, function in [
            ("POST", "/files", self.create_file), ("GET", "/files", self.list_("file")),
            ("GET", "/files/([^/]+)", self.get("file")), ("DELETE", "/files/([^/]+)", self.delete("file", "file")),
            ("GET", "/files/([^/]+)/content", self.content),
            ("POST", "/uploads", self.create_upload), ("POST", "/uploads/([^/]+)/parts", self.add_part),
            ("POST", "/uploads/([^/]+)/complete", self.complete_upload),
            ("POST", "/batches", self.create_batch), ("GET", "/batches", self.list_("batch")),
            ("GET", "/batches/([^/]+)", self.get("batch")), ("POST", "/batches/([^/]+)/cancel", self.cancel("batch")),
            ("POST", "/fine_tuning/jobs", self.create_job), ("GET", "/fine_tuning/jobs", self.list_("ftjob")),
            ("GET", "/fine_tuning/jobs/([^/]+)", self.get("ftjob")), ("GET", "/fine_tuning/jobs/([^/]+)/events", self.events),
            ("POST", "/fine_tuning/jobs/([^/]+)/cancel", self.cancel("ftjob")),
            ("POST", "/responses", self.create_response), ("GET", "/responses/([^/]+)", self.read_response),
            ("DELETE", "/responses/([^/]+)", self.delete("resp", "response")),
            ("POST", "/responses/([^/]+)/cancel", self.cancel("resp")),
            ("GET", "/responses/([^/]+)/input_items", self.input_items),
            ("POST", "/videos", self.create_video), ("GET", "/videos", self.list_("video")),
            ("GET", "/videos/([^/]+)", self.get("video")), ("DELETE", "/videos/([^/]+)", self.delete("video", "video.deleted")),
            ("GET", "/videos/([^/]+)/content", self.content), ("POST", "/videos/([^/]+)/remix", self.remix),
            ("POST", "/vector_stores", self.create_store), ("GET", "/vector_stores", self.list_("vs")),
            ("GET", "/vector_stores/([^/]+)", self.get("vs")),
            ("DELETE", "/vector_stores/([^/]+)", self.delete("vs", "vector_store.deleted")),
            ("POST", "/vector_stores/([^/]+)/files", self.attach), ("POST", "/vector_stores/([^/]+)/search", self.search),
        ]:
            server.on(method, f"/{name}/v1{path}")(self.checked(function))

    def checked(self, function):
        def run(call):
            assert call.request.headers["authorization"] == f"Bearer {self.key}"
            seen = call.request.path + str(call.request.headers)
            # The owner is the gateway's affair.
            assert "~" not in seen and "%7E" not in seen.upper(), seen
            assert b"~" + self.name.encode() not in call.request.body
            return function(call)
        return run

    def keep(self, kind, object, **members):
        made = {"id": f"{kind}-{self.name}-{len(self.kept[kind]) + 1}", "object": object, "created_at": 1, **members}
        self.kept[kind][made["id"]] = made
        return json_answer(made)

    # What all kinds have

    def list_(self, kind):
        return lambda call: page(list(self.kept[kind].values()), call.query)

    def get(self, kind):
        def run(call):
            found = self.kept[kind].get(call.parts[0])
            return json_answer(found) if found else missing(call.parts[0])
        return run

    def delete(self, kind, object):
        def run(call):
            if not self.kept[kind].pop(call.parts[0], None):
                return missing(call.parts[0])
            return json_answer({"id": call.parts[0], "object": object, "deleted": True})
        return run

    def cancel(self, kind):
        def run(call):
            found = self.kept[kind][call.parts[0]]
            found["status"] = "cancelled"
            return json_answer(found)
        return run

    def content(self, call):
        return typed_answer(self.contents[call.parts[0]], "application/octet-stream")

    # Files and uploads

    def create_file(self, call):
        form = call.form
        assert fields(form)["purpose"] in ("batch", "fine-tune", "user_data", "vision", "assistants")
        [(name, filename, data)] = files(form)
        assert name == "file"
        made = self.keep(
            "file", "file", bytes=len(data), filename=filename, purpose=fields(form)["purpose"], status="processed")
        self.contents[list(self.kept["file"])[-1]] = data
        return made

    def create_upload(self, call):
        assert set(call.json) == {"bytes", "filename", "mime_type", "purpose"}
        return self.keep("upload", "upload", expires_at=2, status="pending", **call.json)

    def add_part(self, call):
        [(name, _, data)] = files(call.form)
        assert name == "data" and call.parts[0] in self.kept["upload"]
        made = self.keep("part", "upload.part", upload_id=call.parts[0])
        self.contents[list(self.kept["part"])[-1]] = data
        return made

    def complete_upload(self, call):
        data = b"".join(self.contents[part] for part in call.json["part_ids"])
        upload = self.kept["upload"][call.parts[0]]
        assert len(data) == upload["bytes"]
        self.keep("file", "file", bytes=len(data), filename=upload["filename"], purpose=upload["purpose"], status="processed")
        file = list(self.kept["file"])[-1]
        self.contents[file] = data
        upload |= {"status": "completed", "file": self.kept["file"][file]}
        return json_answer(upload)

    # Batches and jobs

    def create_batch(self, call):
        body = call.json
        assert set(body) <= {"input_file_id", "endpoint", "completion_window", "metadata"}
        assert body["input_file_id"] in self.kept["file"] and body["completion_window"] == "24h"
        output = f"file-{self.name}-out"
        self.kept["file"][output] = {"id": output, "object": "file", "bytes": 3, "created_at": 1, "filename": "out.jsonl",
                                     "purpose": "batch_output", "status": "processed"}
        self.contents[output] = b"{}\n"
        return self.keep("batch", "batch", status="completed", output_file_id=output, error_file_id=None, **body)

    def create_job(self, call):
        body = call.json
        assert body["training_file"] in self.kept["file"] and body["model"] == "gpt-4.1-nano"
        return self.keep(
            "ftjob", "fine_tuning.job", model=body["model"], training_file=body["training_file"], validation_file=None,
            status="running", seed=1, result_files=[], hyperparameters={}, organization_id="org-1", fine_tuned_model=None,
            finished_at=None, trained_tokens=None, error=None)

    def events(self, call):
        assert call.parts[0] in self.kept["ftjob"]
        event = {"id": "ftevent-1", "object": "fine_tuning.job.event", "created_at": 1, "level": "info", "message": "began"}
        return json_answer({"object": "list", "data": [event], "has_more": False})

    # Responses

    def create_response(self, call):
        body = call.json
        previous = body.get("previous_response_id")
        assert previous is None or previous in self.kept["resp"], previous
        for item in body["input"] if isinstance(body["input"], list) else []:
            for part in item["content"]:
                assert "file_id" not in part or part["file_id"] in self.kept["file"], part
        return self.keep(
            "resp", "response", status="queued" if body.get("background") else "completed", model=body["model"],
            previous_response_id=previous, output=[message("seen")], parallel_tool_calls=True, tool_choice="auto", tools=[],
            usage={"input_tokens": 1, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 1,
                   "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 2})

    def read_response(self, call):
        found = self.kept["resp"].get(call.parts[0])
        if not found or call.query.get("stream") != "true":
            return self.get("resp")(call)
        delta = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "seen", "logprobs": []}
        events = [
            ("response.created", {"response": found | {"status": "in_progress", "output": []}}),
            ("response.output_text.delta", delta),
            ("response.completed", {"response": found | {"status": "completed"}}),
        ]
        pieces = []
        for number, (type, members) in enumerate(events):
            data = json.dumps({"type": type, "sequence_number": number, **members})
            event = f"event: {type}\ndata: {data}\n\n".encode()
            pieces += [event[:40], event[40:]]
        return chunked_answer(pieces, "text/event-stream")

    def input_items(self, call):
        assert call.parts[0] in self.kept["resp"]
        item = {"id": "msg_0", "type": "message", "role": "user", "status": "completed",
                "content": [{"type": "input_text", "text": "hi"}]}
        return json_answer({
            "object": "list", "data": [item], "first_id": "msg_0", "last_id": "msg_0", "has_more": False})

    # Videos

    def create_video(self, call):
        form = call.form
        said = fields(form)
        assert said["model"] == "sora-2" and said["prompt"] and said["seconds"] == "4"
        made = self.keep(
            "video", "video", model="sora-2", status="completed", progress=100, prompt=said["prompt"], seconds="4",
            size="720x1280")
        self.contents[list(self.kept["video"])[-1]] = b"".join(data for _, _, data in files(form)) or b"\0mp4\xff"
        return made

    def remix(self, call):
        assert call.parts[0] in self.kept["video"]
        return self.keep(
            "video", "video", model="sora-2", status="queued", progress=0, seconds="4", size="720x1280",
            remixed_from_video_id=call.parts[0], prompt=call.json["prompt"])

    # Vector stores

    def create_store(self, call):
        body = call.json
        assert all(file in self.kept["file"] for file in body["file_ids"])
        counts = {"in_progress": 0, "completed": len(body["file_ids"]), "failed": 0, "cancelled": 0, "total": 1}
        return self.keep("vs", "vector_store", name=body["name"], status="completed", usage_bytes=1, file_counts=counts)

    def attach(self, call):
        body = call.json
        assert body["file_id"] in self.kept["file"] and call.parts[0] in self.kept["vs"]
        return json_answer({
            "id": body["file_id"], "object": "vector_store.file", "created_at": 1, "vector_store_id": call.parts[0],
            "status": "completed", "usage_bytes": 1, "last_error": None})

    def search(self, call):
        assert call.parts[0] in self.kept["vs"] and call.json["query"] == "where?"
        file = next(iter(self.kept["file"]))
        return json_answer({
            "object": "vector_store.search_results.page", "search_query": ["where?"], "has_more": False, "next_page": None,
            "data": [{"file_id": file, "filename": "a", "score": 0.5, "attributes": {}, "content": [
                {"type": "text", "text": "here"}]}]})
