"""Names of AI that are worth an attack: products, their makers, and the packages that people install to use them.

Names of products and makers that are no popular package of PyPI (or none that its maker publishes) are listed since people and
language models guess them. Campaigns that used such names: "gptplus" and "claudeai-eng" (Kaspersky, JarkaStealer, 2024-11-21);
"deepseeek" and "deepseekai" (Positive Technologies, 2025-02-03); "aliyun-ai-labs-sdk" (ReversingLabs, 2025-05-23).
Affixes: Vaidya et al., "Security Issues in Language-based Software Ecosystems", 2019 (combosquatting); Kintis et al., "Hiding in
Plain Sight", CCS 2017.
"""

from __future__ import annotations

PRODUCTS = frozenset({
    "alibaba", "anthropic", "bard", "chatgpt", "chatglm", "claude", "copilot", "deepmind", "deepseek", "gemini", "gemma", "gpt",
    "gpt3", "gpt4", "gpt5", "grok", "huggingface", "kimi", "llama", "llama2", "llama3", "midjourney", "mistral", "moonshot",
    "ollama", "openai", "openrouter", "perplexity", "qwen", "stable-diffusion", "whisper", "windsurf",
})  # fmt: skip
PACKAGES = frozenset({
    "accelerate", "autogen", "bitsandbytes", "chromadb", "cohere", "crewai", "dashscope", "datasets", "deepspeed", "diffusers",
    "dspy", "elevenlabs", "faiss", "fastmcp", "google-genai", "google-generativeai", "gradio", "groq", "huggingface-hub", "jax",
    "keras", "langchain", "langgraph", "litellm", "llama-cpp-python", "llama-index", "mistralai", "mlflow", "nltk", "onnx",
    "onnxruntime", "peft", "pinecone", "pytorch", "safetensors", "scikit-learn", "sentence-transformers", "smolagents", "spacy",
    "tensorflow", "tiktoken", "tokenizers", "torch", "torchvision", "transformers", "triton", "ultralytics", "unsloth", "vllm",
    "wandb", "xgboost", "zhipuai",
})  # fmt: skip
BEFORE = ("python-", "python3-", "py-", "py", "the-", "official-", "real-", "free-", "open-", "new-")
BEHIND = (
    "-sdk", "sdk", "-official", "-ai", "ai", "-python", "-python3", "-py", "py", "-cli", "-api", "api", "-client", "-lib", "-dev",
    "-pro", "-plus", "plus", "-free", "-official-sdk", "-api-client", "-python-sdk", "-wrapper", "-helper", "-tools", "-utils",
    "2", "-2", "3", "-3",
)  # fmt: skip
MIN_JOINED = 5  # letters of a name to which an affix is glued without a hyphen


def combined(name: str) -> str | None:
    """The name of AI to which `name` only adds a usual affix, or None."""
    for affix in BEFORE:
        if name.startswith(affix) and _is_base(name[len(affix) :], affix):
            return name[len(affix) :]
    for affix in BEHIND:
        if name.endswith(affix) and _is_base(name[: -len(affix)], affix):
            return name[: -len(affix)]
    return None


def _is_base(rest: str, affix: str) -> bool:
    return (rest in PRODUCTS or rest in PACKAGES) and ("-" in affix or len(rest) >= MIN_JOINED)
