"""A program that is asked by a line and answers with a line of JSON (bench/rounds.c, rivals/)."""

import json
import subprocess


class WorkerError(Exception):
    pass


class Worker:
    def __init__(self, command, env=None, cwd=None):
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1, env=env, cwd=cwd)

    def ask(self, *words):
        request = " ".join(str(word) for word in words)
        try:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise WorkerError(f"{self.command[-1]} ended (status {self.process.wait()}) at: {request}")
        answer = json.loads(line)
        if "error" in answer:
            raise WorkerError(f"{request.split()[0]}: {answer['error']}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
