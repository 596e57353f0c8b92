<?php
// Publishes rows of HSCV's outbox to dondoc: docs/publishing.md says what a row holds.
//
// Standard input: a row a line, as JSON. Standard output: the id of each row that the broker has on
// disk; mark that row as sent. A row whose id is not printed is published again the next time.
// HSCV_BROKER_URL: amqp://hscv:PASSWORD@HOST:5672/VHOST, or amqps:// for TLS.
declare(strict_types=1);

require 'PhpAmqpLib/autoload.php'; // of Debian's php-amqplib; with Composer: vendor/autoload.php

use PhpAmqpLib\Connection\AMQPConnectionConfig;
use PhpAmqpLib\Connection\AMQPConnectionFactory;
use PhpAmqpLib\Message\AMQPMessage;

const EXCHANGE = 'hscv.events';
const SOURCE = '/hscv/yen-lam'; // names this HSCV, and never changes
const SECONDS = 30;

function connection_to(string $url): PhpAmqpLib\Connection\AbstractConnection
{
    $at = parse_url($url) ?: throw new ValueError('HSCV_BROKER_URL cannot be read');
    $config = new AMQPConnectionConfig();
    if ($at['scheme'] === 'amqps') {
        $config->setIsSecure(true);
        $config->setNetworkProtocol('ssl'); // php-amqplib 3.5 would speak in clear, even now
        $config->setSslVerify(true);
        $config->setSslVerifyName(true);
    }
    $config->setHost($at['host']);
    $config->setPort($at['port'] ?? ($config->isSecure() ? 5671 : 5672));
    $config->setUser(rawurldecode($at['user']));
    $config->setPassword(rawurldecode($at['pass']));
    $config->setVhost(rawurldecode(substr($at['path'] ?? '/%2F', 1)));
    return AMQPConnectionFactory::create($config);
}

function message_of(object $row): AMQPMessage
{
    // The database keeps Vietnam's time without an offset; an event says it with one.
    $time = new DateTimeImmutable($row->happened_at, new DateTimeZone('+07:00'));
    $event = [
        'specversion' => '1.0',
        'id' => $row->id, // made with the row: the same however often it is published
        'source' => SOURCE,
        'type' => "hscv.$row->type",
        'time' => $time->format('Y-m-d\TH:i:sP'),
        'subject' => $row->subject,
        'secrecy' => 'normal',
        'data' => $row->data,
    ];
    $json = json_encode($event, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    return new AMQPMessage(Normalizer::normalize($json, Normalizer::FORM_C), [
        'content_type' => 'application/cloudevents+json',
        'delivery_mode' => AMQPMessage::DELIVERY_MODE_PERSISTENT,
        'application_headers' => new PhpAmqpLib\Wire\AMQPTable(['secrecy' => 'normal']),
    ]);
}

function refuse(string $why): never
{
    throw new RuntimeException("$why; what is not sent stays in the outbox");
}

try {
    $connection = connection_to((string) getenv('HSCV_BROKER_URL'));
    $channel = $connection->channel();
    $channel->confirm_select();
    $channel->set_nack_handler(fn () => refuse('the broker could not keep an event'));
    $channel->set_return_listener(fn ($code, $text) => refuse("no queue takes events: $text"));
    while (($line = fgets(STDIN)) !== false) {
        $row = json_decode($line, flags: JSON_THROW_ON_ERROR);
        if ($row->secrecy !== 'normal') {
            refuse("$row->id is secret and must not be in the outbox");
        }
        $channel->basic_publish(message_of($row), EXCHANGE, $row->type, mandatory: true);
        $channel->wait_for_pending_acks_returns(SECONDS);
        echo $row->id, "\n";
    }
    $connection->close();
} catch (Throwable $error) { // a trace of calls would show the password
    fwrite(STDERR, get_class($error) . ': ' . $error->getMessage() . "\n");
    exit(1);
}
