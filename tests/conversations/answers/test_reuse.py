"""The part of a reply that is reused: never a name, nor anything that concerns only one learner."""

import time

import pytest

from helpdesk.conversations.answers.finding import FoundReply
from helpdesk.conversations.answers.reuse import reusable_text
from helpdesk.ui.unaccent import unaccent

CORE = "Saia da plataforma e entre de novo, que a aula volta a abrir."


def reused(body, *, name="Mariana Ribeiro", email="mari.r@example.com", author="João Pedro", then=(), titles=()):
    return reusable_text(FoundReply(1, body, author, 7, name, email, list(then), list(titles)))


@pytest.mark.parametrize(
    "greeting",
    [
        "",
        "Oi, Mariana! ",
        "Oi Mariana, ",
        "oi mariana! ",
        "OI, MARIANA!\n\n",
        "Olá, Mariana Ribeiro.\n",
        "Olá! ",
        "Olá,\n\n",
        "Oi, Mari! ",
        "Oi, dona Mariana! ",
        "Bom dia, Mariana! Tudo bem? ",
        "Boa tarde Mariana tudo bem?\n",
        "Oi, tudo bem? ",
        "Oi! Boa noite, Mariana. ",
        "Prezada Mariana,\n\n",
        "Querida Mariana:\n",
        "Mariana, ",
        "Mariana, tudo bem?\n",
        "Hi Mariana,\n\n",
        "Dear Mariana Ribeiro,\n",
        "👋 Olá, Mariana! ",
    ],
)
@pytest.mark.parametrize(
    "signature",
    [
        "",
        "\n\nAbraços,\nJoão Pedro",
        "\n\nUm abraço,\nJoão\nEscola da Ana",
        "\nAtt,\nJoão",
        "\n\nObrigado!\n",
        "\n\nAbs, João",
        "\n\nBest regards,\nJoão Pedro\nSupport",
        "\n\nJoão",
        "\n\n— João Pedro",
    ],
)
def test_greeting_and_signature_are_removed(greeting, signature):
    text = reused(f"{greeting}{CORE}{signature}")
    assert text == ("" if "dona" in greeting else CORE)  # an unknown greeting keeps the name: nothing is offered


@pytest.mark.parametrize(
    "body",
    [
        "Oi pessoal, o vídeo abre agora de novo para todos.",
        "Obrigado por avisar! O vídeo já abre de novo no celular.",
        "Abraços à parte, o vídeo já abre de novo no celular.",
        "Olá de novo é o nome da aula bônus, que já está aberta.",
        "O arquivo está nos materiais da aula.\nObrigada por esperar, qualquer coisa responda aqui:",
        "Faça assim:\n1. Saia.\n2. Entre.\n3. Abra a aula de novo.",
        "Veja: https://example.com/aulas/123456789012/apostila e baixe por lá.",
        "A aula ao vivo é em 26/11/2026, às 18h20, no mesmo link.",
        "Custa R$ 1.297,00 à vista ou 12x de R$ 129,70.",
        "`código` e **negrito** ficam como estão, com “aspas” também.",
    ],
)
def test_anything_not_clearly_greeting_or_signature_is_kept_verbatim(body):
    assert reused(body) == body


def test_the_learners_name_becomes_a_variable():
    assert reused("Pronto, Mariana! Já liberei o módulo 3.") == "Pronto, {first_name}! Já liberei o módulo 3."
    assert reused("Já liberei o módulo.\nMariana, teste agora.") == "Já liberei o módulo.\n{first_name}, teste agora."
    assert reused("Está liberado, MARIANA RIBEIRO.") == "Está liberado, {first_name}."
    assert reused("Está liberado, Mariana.", then=["Mariana"], name="Loja Doce") == "Está liberado, {first_name}."


@pytest.mark.parametrize(
    "body",
    [
        "Falei com a Mariana pelo telefone e ela já conseguiu abrir.",
        "O cadastro está em nome de RIBEIRO, por isso não abriu.",
        "O acesso de mariana já está liberado na plataforma.",
        "Mandei o acesso para mari.r@example.com agora há pouco.",
        "Enviei para MARI.R@EXAMPLE.COM agora há pouco, confira lá.",
        "Seu CPF 123.456.789-09 estava errado no cadastro.",
        "Liguei no (11) 98765-4321 e ninguém atendeu, tente de novo.",
        "O pedido 123456789 foi estornado hoje no seu cartão.",
        "A sua senha provisória é abc123, troque depois de entrar.",
        "Entre com a senha: flor2026 e troque depois, por favor.",
        "Abra https://x.example/ajuda/AbCdEf0123456789_-AbCd e responda lá.",
        "Troque por aqui: https://x.example/conta/?token=abc agora.",
        "Pronto, Mari! Já liberei o módulo 3 para você.",
        "Já liberei o módulo. Imagina, Tati.",
        "Resolvido!",
        "Oi, Mariana!",
        "",
        " \u200b\n",
    ],
)
def test_personal_details_rule_a_reply_out(body):
    assert reused(body) == ""


def test_a_name_that_is_also_a_common_word_rules_a_reply_out():
    assert reused("Coloque a rosa de açúcar por último no bolo.", name="Rosa Lima") == ""
    assert reused("Coloque a pasta de açúcar por último no bolo.", name="Rosa de Lima") != ""


@pytest.mark.parametrize("name", ["田中", "Иван Петров", "محمد", "Ðorđe O’Neill-Souza", "Zoë  \u202eX", "A"])
@pytest.mark.parametrize(
    "place", ["Falei com {} ontem e está liberado.", "{}さん、もう一度お試しくださいお願いします。"]
)
def test_names_in_all_scripts_are_recognized(name, place):
    text = unaccent(reused(place.format(name), name=name))
    assert all(word not in text for word in unaccent(name).split() if len(word) > 1)


def test_the_name_is_removed_whatever_surrounds_it():
    bodies = [
        f"{before}{name}{after}{CORE}{end}"
        for name in ("Mariana", "mariana", "MARIANA", "Mariána", "Ribeiro", "Mariana Ribeiro")
        for before in ("", "Oi ", "Oi, ", "então ", "(", "*", "_", "> ", "Sra. ", "Oi! ", "\n\n", "1. ")
        for after in (" ", ", ", "! ", "? ", "\n", ") ", "* ", ": ", "... ", "’s ", "- ", ",")
        for end in ("", " Mariana", "\nMariana.", ", Mariana!", " (Ribeiro)", "\n\nAbraço, Mariana")
    ]
    assert len(bodies) > 4_000
    for body in bodies:
        text = unaccent(reused(body))
        assert "mariana" not in text, body
        assert "ribeiro" not in text, body


@pytest.mark.parametrize(
    "body", ["Oi, " * 5_000, "a, " * 6_600, "Abraços\n" * 2_500, "1 " * 9_000, "\n" * 20_000, "A" * 20_000]
)
def test_hostile_texts_are_processed_quickly(body):
    began = time.process_time()
    for text in (body + CORE, CORE + "\n" + body):
        reused(text[:20_000])
    assert time.process_time() - began < 5
