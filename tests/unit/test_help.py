"""Every command tells what it is for, in both languages, with an example; a page is made of it."""

from __future__ import annotations

import re

import click
import pytest
from cli_page import AGAIN, PAGE, contexts, page
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.assembly.settings import LANGUAGES
from dondoc.commands.terminal.documented import Command, Group, help_of, key_of, name_of
from dondoc.commands.terminal.lazy import LazyGroup
from dondoc.commands.terminal.texts import every_text
from dondoc.commands.terminal.words import Words
from support.commands import acts

CONTEXTS = list(contexts())
WHERE = "commands/texts/{}.toml: {} is missing"
ENGLISH = re.compile(r"\b(Usage|Options|Show|Commands|Examples|Arguments|the|required|default)\b")
# What stands in braces or quotes is typed so in every language.
TYPED = re.compile(r"`[^`]*`|\[[^\]]*\]|--[\w-]+")


@pytest.mark.parametrize("ctx", CONTEXTS, ids=key_of)
def test_a_command_has_its_help_in_the_texts(ctx: click.Context) -> None:
    of_ours = Group if isinstance(ctx.command, click.Group) else Command
    assert isinstance(ctx.command, of_ours), f"give {ctx.command_path} cls={of_ours.__name__}"
    key = key_of(ctx)
    for language in LANGUAGES:
        words = Words(language)
        line = words.find(f"{key}.help.line")
        assert line.endswith("."), WHERE.format(language, f"{key}.help.line")
        if acts(ctx.command):
            shown = f"{key}.help.examples"
            assert words.find(shown), WHERE.format(language, shown)
        for param in ctx.command.get_params(ctx):
            if isinstance(param, click.Option) and not param.hidden:
                of_click = {"--help", "--version"} & {*param.opts}
                assert of_click or param.help is None, f"{key}: say {param.opts} in the texts alone"
                text = help_of(param, ctx, words)
                assert text, WHERE.format(language, f"{key}.options.{name_of(param)}")
                assert text.endswith("."), f"{language}: {key}: --{param.name}: {text}"


def examples(language: str) -> dict[str, list[str]]:
    """The lines of the examples by their keys, without what is said behind them."""
    texts = every_text(language)
    return {
        key: [line.partition(" #")[0].rstrip() for line in text.splitlines()]
        for key, text in texts.items()
        if key.endswith(".help.examples") and not key.startswith("terminal.")
    }


def test_the_examples_are_the_same_in_every_language_and_about_their_command() -> None:
    found = examples("en")
    assert all(examples(language) == found for language in LANGUAGES)
    for key, lines in found.items():
        name = key.removesuffix(".help.examples").replace(".", " ")
        for line in lines:
            assert name == "dondoc" or line.startswith(f"dondoc {name}"), f"{key}: {line}"


def test_no_text_says_of_a_command_or_an_option_what_there_is_none_of() -> None:
    keys = {key_of(ctx): ctx for ctx in CONTEXTS}
    for key in every_text("en"):
        path, _, part = key.rpartition(".")
        if path.endswith(".help") and path != "terminal.help":
            assert path.removesuffix(".help") in keys, key
        if path.endswith(".options") and path != "terminal.options":
            asked = path.removesuffix(".options")
            known = [ctx for each, ctx in keys.items() if f"{each}.".startswith(f"{asked}.")]
            assert part in {name_of(each) for ctx in known for each in ctx.command.params}, key


@pytest.mark.parametrize("ctx", CONTEXTS, ids=key_of)
def test_the_help_in_vietnamese_is_vietnamese(ctx: click.Context) -> None:
    names = [] if ctx.parent is None else ctx.command_path.split()[1:]
    shown = CliRunner().invoke(main, [*names, "--help", "--lang", "vi"]).output
    told, _, _ = shown.partition("\nVí dụ:")
    assert "Tùy chọn:" in told
    assert "-h, --help" in told
    assert not ENGLISH.search(TYPED.sub("", told)), told


def test_the_commands_stand_under_headings_in_the_help() -> None:
    assert isinstance(main, LazyGroup)
    shown = CliRunner().invoke(main, ["--lang", "en", "--help"]).output
    for heading, names in main.headings().items():
        title = Words("en").say(f"terminal.headings.{heading}")
        under = shown.partition(f"\n{title}:\n")[2].partition("\n\n")[0]
        assert re.findall(r"^  (\w+)  ", under, re.M) == list(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_fits_a_terminal(language: str) -> None:
    for ctx in CONTEXTS:
        names = [] if ctx.parent is None else ctx.command_path.split()[1:]
        shown = CliRunner().invoke(main, [*names, "--help", "--lang", language]).output
        told = re.split(r"\n(?:Ví dụ|Examples):", shown)[0]
        assert max(map(len, told.splitlines())) <= 80, told


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text("utf-8") == page(), f"docs/cli.md is of before; run `{AGAIN}`"
